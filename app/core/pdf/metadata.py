"""The second mark in the metadata: WeasyPrint writes one profile, our files keep two."""

from weasyprint import Document

# PDF/A allows a property of PDF/UA only where the file itself describes the schema it is from.
_UNIVERSAL_ACCESS = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END = b"</rdf:RDF>"


def declare_universal_access(document: Document) -> None:
    """Make the file, which says PDF/A-3a, say PDF/UA-1 as well.

    `xmp_metadata` cannot do it: it appends a second rdf:RDF, which validators skip.
    """
    write_archival = document.metadata.generate_rdf_metadata

    def write_both(variant: str, version: int, conformance: str) -> bytes:
        archival: bytes = write_archival(variant, version, conformance)
        body, end, rest = archival.rpartition(_END)
        return body + _UNIVERSAL_ACCESS + end + rest

    document.metadata.generate_rdf_metadata = write_both

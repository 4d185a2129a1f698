"""Loaded once by the process of which every drawing process is a copy: what all of them need first.

Types of the libraries, the engine's own stylesheet and the tables of typefaces take a third of a
second; a copy has them.
"""

import gc

from app.core.pdf.rendering import laid_out

laid_out("<!doctype html><html lang='en'><title>–</title><table><tr><td>1</td></tr></table></html>")
gc.collect()
gc.freeze()  # copies share what is here as long as nobody looks it over

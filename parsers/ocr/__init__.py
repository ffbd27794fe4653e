"""OCR engines behind one seam, each in its own adapter module; `engines.engine` picks one."""

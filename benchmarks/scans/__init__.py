"""Made pages for the yardstick of recognition: texts of ours, typeset, then spoilt."""

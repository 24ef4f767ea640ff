whittle_fuzz(vuln_feeds whittle_vuln)

whittle_fuzz(lsp whittle_lsp)

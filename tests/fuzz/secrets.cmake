whittle_fuzz(secrets whittle_secrets)

// peak

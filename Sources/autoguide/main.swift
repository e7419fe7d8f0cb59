print("autoguide")

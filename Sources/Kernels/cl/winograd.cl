// winograd

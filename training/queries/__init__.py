"""Questions of training, one module per noun."""

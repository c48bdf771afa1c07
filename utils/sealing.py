from utils.resources import Secret
pepper = Secret("pepper")

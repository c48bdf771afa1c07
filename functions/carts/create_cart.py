"""POST /api/v1/carts"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, NewCart
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route("POST", "/api/v1/carts", access=CUSTOMER | GUEST, status=201, uses=[tables.carts.put, pepper.read])
def handler(request: Request[NewCart]) -> Cart:
    """Open a cart. A guest is told its token, this once."""
    cart = service.create_cart(request.tx, request.principal, request.input)
    if request.principal.kind == "guest":
        cart.token = request.issue_token(service.TOKEN_PURPOSE, cart.id)
    return cart

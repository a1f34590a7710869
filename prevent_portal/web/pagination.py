"""Pages of lists in the API."""

from rest_framework.pagination import PageNumberPagination


class Pagination(PageNumberPagination):
    """25 rows a page unless told, never more than 100: a client that forgets cannot ask for everything."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

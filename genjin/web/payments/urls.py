from django.urls import path

from genjin.web.payments import deeds, forecast, lists

app_name = "payments"
urlpatterns = [
    path("", lists.plan, name="plan"),
    path("receipts/", lists.receipts, name="receipts"),
    path("ageing/", lists.ageing, name="ageing"),
    path("invoices/", lists.invoices, name="invoices"),
    path("forecast/", forecast.forecast, name="forecast"),
    path("contracts/<int:pk>/receipt/", deeds.receipt, name="receipt"),
    path("contracts/<int:pk>/invoice/", deeds.invoice, name="invoice"),
    path("receipts/<int:pk>/reverse/", deeds.reverse_one, name="reverse"),
    path("invoices/<int:pk>/issue/", deeds.issue, name="issue"),
    path("invoices/<int:pk>/void/", deeds.invoice_void, name="invoice_void"),
]

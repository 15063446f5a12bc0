from django.urls import path

from genjin.web.contracts.views import deeds, lists, page, write

app_name = "contracts"
urlpatterns = [
    path("", lists.contract_list, name="list"),
    path("choose/", write.choose, name="choose"),
    path("new/", write.add, name="add"),
    path("<int:pk>/", page.contract, name="contract"),
    path("<int:pk>/edit/", write.edit, name="edit"),
    path("<int:pk>/print/", page.paper, name="paper"),
    path("<int:pk>/hand-in/", deeds.hand_in, name="hand_in"),
    path("<int:pk>/withdraw/", deeds.withdraw, name="withdraw"),
    path("<int:pk>/sign/", deeds.sign, name="sign"),
    path("<int:pk>/finish/", deeds.finish, name="finish"),
    path("<int:pk>/void/", deeds.void, name="void"),
    path("<int:pk>/happened/", deeds.happened, name="happened"),
    path("<int:pk>/expect/", deeds.expect, name="expect"),
    path("<int:pk>/files/", deeds.add_file, name="file_add"),
    path("<int:pk>/amend/", deeds.amend, name="amend"),
    path("<int:pk>/terminate/", deeds.terminate, name="terminate"),
    path("amendments/<int:pk>/sign/", deeds.amendment_sign, name="amendment_sign"),
    path("amendments/<int:pk>/drop/", deeds.amendment_drop, name="amendment_drop"),
    path("profiles/<int:customer>/new/", deeds.profile, name="profile_add"),
    path("profiles/<int:customer>/<int:pk>/", deeds.profile, name="profile"),
]

using System.Text.Json;

using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>What a node says about its copies, as JSON.</summary>
internal static class OfferJson
{
    // What a node says before it has seen the store.
    private const long NothingSeen = -1;

    public static Outcome<NodeOffers> ReadAll(StoreEntry entry) => RecordJson.Read(entry, fields =>
    {
        var offers = new NodeOffers(fields.Number("seen", NothingSeen), fields.Map("services", (_, offer) => Read(offer))) { Known = fields.Epochs("known") };
        fields.NothingElse();
        return offers;
    });

    public static string WriteAll(NodeOffers offers) => RecordJson.Write(json =>
    {
        json.WriteNumber("seen", offers.Seen);
        json.WriteWhole("services", () =>
        {
            foreach (var (service, offer) in offers.OfService)
            {
                json.WriteWhole(service, () => Write(json, offer));
            }
        });

        // Left out where there is nothing to say: an older agent knows no such field.
        if (!offers.Known.IsEmpty)
        {
            json.WriteEpochs("known", offers.Known);
        }
    });

    public static Offer Read(RecordFields fields) => new(fields.Epoch("epoch"), fields.Number("position"), fields.Seconds("ageSeconds"));

    public static void Write(Utf8JsonWriter json, Offer offer)
    {
        json.WriteEpoch("epoch", offer.Epoch);
        json.WriteNumber("position", offer.Position);
        json.WriteSeconds("ageSeconds", offer.Age);
    }
}

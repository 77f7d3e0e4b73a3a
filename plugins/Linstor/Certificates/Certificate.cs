using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Certificates;

/// <summary>
/// Who writes a resource, and which copies hold everything that was acknowledged. In the cluster store: a writer that goes
/// on alone tells that to nobody else, and its peer still calls itself up to date.
/// </summary>
/// <param name="Writer">The node that may be primary.</param>
/// <param name="Epoch">The newest epoch in which it became or stayed that.</param>
/// <param name="InSync">Nodes whose copy holds every acknowledged write. Never a node of which that is only likely.</param>
/// <param name="Because">Why it says so, for people.</param>
internal sealed record Certificate(NodeId Writer, Epoch Epoch, ImmutableSortedSet<string> InSync, string Because)
    : ICertificate<Certificate>
{
    private static readonly string[] Fields = ["form", "writer", "epoch", "inSync", "because", "givingWay"];

    /// <summary>The copy that a person has given up, until it was overwritten; null: none.</summary>
    public GivingWay? GivingWay { get; init; }

    /// <summary>Until the copy that gives way has given up, nothing may connect the two.</summary>
    public bool MustStayParted => GivingWay is { IsReady: false };

    public bool Covers(NodeId node) => InSync.Contains(node.Value);

    public string ToText()
    {
        var root = new JsonObject
        {
            ["form"] = CertificateText.Form,
            ["writer"] = Writer.Value,
            ["epoch"] = Epoch.Value,
            ["inSync"] = new JsonArray([.. InSync.Select(node => JsonValue.Create(node))]),
            ["because"] = Because,
        };

        // An older agent does not know the field and believes nothing that has it: right for as long as it is there.
        if (GivingWay is { } way)
        {
            root["givingWay"] = way.ToJson();
        }

        return root.ToJsonString();
    }

    public static Outcome<Certificate> Parse(string what, string text) =>
        CertificateText.Read(what, text, Fields,
            root => new Certificate(
                new NodeId(root.GetProperty("writer").GetString()!), new Epoch(root.GetProperty("epoch").GetInt64()),
                CertificateText.InSync(root), root.GetProperty("because").GetString()!) { GivingWay = GivingWay.Read(root) });

    public override string ToString() =>
        CertificateText.Say(Epoch, Writer, InSync, Because) + (GivingWay is { } way ? $"; the copy of {way.Node} is being given up" : "");
}

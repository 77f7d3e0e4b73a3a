using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
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
{
    private const int Form = 1;
    private static readonly string[] Fields = ["form", "writer", "epoch", "inSync", "because"];

    public bool Covers(NodeId node) => InSync.Contains(node.Value);

    public string ToText() => new JsonObject
    {
        ["form"] = Form,
        ["writer"] = Writer.Value,
        ["epoch"] = Epoch.Value,
        ["inSync"] = new JsonArray([.. InSync.Select(node => JsonValue.Create(node))]),
        ["because"] = Because,
    }.ToJsonString();

    /// <summary>Reads it strictly: what is not understood whole is not believed at all.</summary>
    public static Outcome<Certificate> Parse(string what, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.GetProperty("form").GetInt32() != Form || root.EnumerateObject().Any(field => !Fields.Contains(field.Name, StringComparer.Ordinal)))
            {
                return Wrong(what, text);
            }

            return new Certificate(
                new NodeId(root.GetProperty("writer").GetString()!), new Epoch(root.GetProperty("epoch").GetInt64()),
                root.GetProperty("inSync").EnumerateArray().Select(node => node.GetString()!).ToImmutableSortedSet(StringComparer.Ordinal),
                root.GetProperty("because").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Wrong(what, text);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"epoch {Epoch}: writer {Writer}, in sync {(InSync.Count == 0 ? "none" : string.Join(" and ", InSync))}, {Because}");

    private static Fault Wrong(string what, string text) => new(
        FaultCode.Unparseable, what, "the certificate in the cluster store is of another version of this plugin",
        "Run the same version on both nodes.", Retry.AfterFix) { Native = text.Length > 300 ? text[..300] : text };
}

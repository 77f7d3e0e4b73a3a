using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

/// <summary>
/// Who writes the pool, and which halves hold everything that was acknowledged. In the cluster store: ZFS records on the
/// surviving half only that the other is gone, which is of no use on the other.
/// </summary>
/// <param name="Writer">The node that may import the pool.</param>
/// <param name="Epoch">The newest epoch in which it became or stayed that.</param>
/// <param name="Access">The epoch of its first promotion in a row: its name on the peer's targets.</param>
/// <param name="InSync">Nodes whose half holds every acknowledged write. Never a node of which that is only likely.</param>
/// <param name="Txg">The newest transaction group that the writer had when the other half stopped being in sync.</param>
/// <param name="PoolGuid">The pool's identity; empty while it is being built.</param>
/// <param name="Because">Why it says so, for people.</param>
internal sealed record Certificate(
    NodeId Writer, Epoch Epoch, Epoch Access, ImmutableSortedSet<string> InSync, long Txg, string PoolGuid, string Because)
{
    private const int Form = 1;
    private static readonly string[] Fields = ["form", "writer", "epoch", "access", "inSync", "txg", "pool", "because"];

    public bool IsBuilding => PoolGuid.Length == 0;

    public bool Covers(NodeId node) => InSync.Contains(node.Value);

    public string ToText() => new JsonObject
    {
        ["form"] = Form,
        ["writer"] = Writer.Value,
        ["epoch"] = Epoch.Value,
        ["access"] = Access.Value,
        ["inSync"] = new JsonArray([.. InSync.Select(node => JsonValue.Create(node))]),
        ["txg"] = Txg,
        ["pool"] = PoolGuid,
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

            var nodes = root.GetProperty("inSync").EnumerateArray().Select(node => node.GetString()!).ToImmutableSortedSet(StringComparer.Ordinal);
            return new Certificate(
                new NodeId(root.GetProperty("writer").GetString()!), new Epoch(root.GetProperty("epoch").GetInt64()), new Epoch(root.GetProperty("access").GetInt64()),
                nodes, root.GetProperty("txg").GetInt64(), root.GetProperty("pool").GetString()!, root.GetProperty("because").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
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

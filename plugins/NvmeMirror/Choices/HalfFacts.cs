using System.Text.Json;
using System.Text.Json.Nodes;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Choices;

/// <summary>What the plugin on the other node has to know of a half, beyond what people are shown.</summary>
/// <param name="Missing">What is wrong with drives of it; empty: each mirror has one here, readable, of this pool.</param>
/// <param name="PoolGuid">The pool that they are of; empty if none could be read.</param>
/// <param name="Txg">The newest group on any of them.</param>
/// <param name="Epoch">The newest epoch seen there.</param>
/// <param name="PeerSign">A sign that the other node's kernel runs: who is connected; empty: none.</param>
internal sealed record HalfFacts(string Missing, string PoolGuid, long Txg, long Epoch, string PeerSign)
{
    public bool IsThere => Missing.Length == 0;

    public string ToText() => new JsonObject
    {
        ["missing"] = Missing,
        ["pool"] = PoolGuid,
        ["txg"] = Txg,
        ["epoch"] = Epoch,
        ["peerSign"] = PeerSign,
    }.ToJsonString();

    /// <summary>Null: it is of another version of this plugin.</summary>
    public static HalfFacts? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new HalfFacts(
                root.GetProperty("missing").GetString()!, root.GetProperty("pool").GetString()!, root.GetProperty("txg").GetInt64(), root.GetProperty("epoch").GetInt64(),
                root.GetProperty("peerSign").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}

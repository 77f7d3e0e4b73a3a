using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Certificates;

/// <summary>A person has chosen the other copy: this one is to be overwritten. In the certificate, so that a kill on any node is nothing.</summary>
/// <param name="Node">The node whose copy is given up.</param>
/// <param name="KeptAs">What the snapshots of it are called that are taken before; null: none are.</param>
/// <param name="Generations">The generation identifiers of the copy that is kept, by volume; empty: everything is copied.</param>
/// <param name="IsReady">That node has parted, kept what it had and given it up: from now on the two may connect.</param>
internal sealed record GivingWay(NodeId Node, string? KeptAs, string Generations, bool IsReady)
{
    public static GivingWay? Read(JsonElement root) => !root.TryGetProperty("givingWay", out var way) ? null : new GivingWay(
        new NodeId(way.GetProperty("node").GetString()!), way.GetProperty("keptAs").GetString(), way.GetProperty("generations").GetString()!,
        way.GetProperty("isReady").GetBoolean());

    public JsonObject ToJson() => new()
    {
        ["node"] = Node.Value,
        ["keptAs"] = KeptAs,
        ["generations"] = Generations,
        ["isReady"] = IsReady,
    };
}

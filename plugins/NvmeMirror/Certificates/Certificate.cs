using System.Collections.Immutable;
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
    : ICertificate<Certificate>
{
    private static readonly string[] Fields = ["form", "writer", "epoch", "access", "inSync", "txg", "pool", "because", "hostId", "before", "spares", "scanBefore", "needsScrub", "rejoined"];

    /// <summary>
    /// The writer's name towards ZFS when it claimed; null: it has none, or claimed with a version of this plugin that did not
    /// write it. Such versions refuse a certificate that has it, until they are replaced.
    /// </summary>
    public uint? HostId { get; init; }

    /// <summary>
    /// Whose halves held everything when this writer began to take its own alone; null once the pool is open there. Until then
    /// nothing was acknowledged there, and the certificate can be given back. Versions that do not know it refuse, as above.
    /// </summary>
    public ImmutableSortedSet<string>? Before { get; init; }

    /// <summary>
    /// True if a node's half alone holds everything that was acknowledged: it is certified, or it was whole before a claim of the other
    /// node that has not opened the pool. The claimant takes <see cref="Before"/> away, by compare-and-swap, before anything is mounted or
    /// handed out, so that as long as it stands nothing was acknowledged since. The claimant's import alone writes groups, claims and
    /// replays logs, on its own half only: no path to the other's drives is left by then, and what it replays is on the other half too.
    /// Both halves hold everything then, and have parted all the same: whoever claims in turn opens its own alone, and the other is
    /// copied whole. Whichever of the two writes first, its claim in turn or the end of Before, the other one fails.
    /// </summary>
    public bool HoldsAll(NodeId node) => Covers(node) || (node != Writer && Before?.Contains(node.Value) == true);

    /// <summary>
    /// When the scrub or copying began that was the pool's newest while a half was last seen to miss something; empty: there was none,
    /// null: nobody has looked yet. Only one that began later can have brought it. Versions that do not know it refuse, as above.
    /// </summary>
    public string? ScanBefore { get; init; }

    /// <summary>
    /// Checksum errors were counted since both halves were whole: more than what a drive missed may be wrong, and only a scrub reads
    /// it all. ZFS forgets its count when a node boots. Versions that do not know it refuse, as above.
    /// </summary>
    public bool NeedsScrub { get; init; }

    /// <summary>
    /// All drives of the half that is being copied are back in the pool after a comparison with <see cref="Txg"/>: what was written to
    /// them since is the writer's own, beyond that group. Whoever parts them again says at which group. Versions that do not know it
    /// refuse, as above.
    /// </summary>
    public bool IsRejoined { get; init; }

    /// <summary>Spares that are in the place of a drive that died: the drive, and what is in its place, which may have died in turn.</summary>
    public ImmutableSortedDictionary<Guid, Guid> Spares { get; init; } = ImmutableSortedDictionary<Guid, Guid>.Empty;

    public bool IsBuilding => PoolGuid.Length == 0;

    public bool Covers(NodeId node) => InSync.Contains(node.Value);

    public string ToText()
    {
        var text = new JsonObject
        {
            ["form"] = CertificateText.Form,
            ["writer"] = Writer.Value,
            ["epoch"] = Epoch.Value,
            ["access"] = Access.Value,
            ["inSync"] = new JsonArray([.. InSync.Select(node => JsonValue.Create(node))]),
            ["txg"] = Txg,
            ["pool"] = PoolGuid,
            ["because"] = Because,
        };
        if (HostId is { } host)
        {
            text["hostId"] = host;
        }

        if (Before is { } before)
        {
            text["before"] = new JsonArray([.. before.Select(node => JsonValue.Create(node))]);
        }

        if (ScanBefore is { } scan)
        {
            text["scanBefore"] = scan;
        }

        if (NeedsScrub)
        {
            text["needsScrub"] = true;
        }

        if (IsRejoined)
        {
            text["rejoined"] = true;
        }

        if (!Spares.IsEmpty)
        {
            text["spares"] = new JsonObject(Spares.Select(entry => KeyValuePair.Create(entry.Key.ToString("D"), (JsonNode?)JsonValue.Create(entry.Value.ToString("D")))));
        }

        return text.ToJsonString();
    }

    public static Outcome<Certificate> Parse(string what, string text) =>
        CertificateText.Read(what, text, Fields,
            root => new Certificate(
                new NodeId(root.GetProperty("writer").GetString()!), new Epoch(root.GetProperty("epoch").GetInt64()), new Epoch(root.GetProperty("access").GetInt64()),
                CertificateText.InSync(root), root.GetProperty("txg").GetInt64(), root.GetProperty("pool").GetString()!, root.GetProperty("because").GetString()!)
            {
                HostId = root.TryGetProperty("hostId", out var host) ? host.GetUInt32() : null,
                Before = root.TryGetProperty("before", out var before) ? CertificateText.Nodes(before) : null,
                ScanBefore = root.TryGetProperty("scanBefore", out var scan) ? scan.GetString() : null,
                NeedsScrub = root.TryGetProperty("needsScrub", out var needs) && needs.GetBoolean(),
                IsRejoined = root.TryGetProperty("rejoined", out var rejoined) && rejoined.GetBoolean(),
                Spares = root.TryGetProperty("spares", out var spares)
                    ? spares.EnumerateObject().ToImmutableSortedDictionary(entry => Guid.ParseExact(entry.Name, "D"), entry => Guid.ParseExact(entry.Value.GetString()!, "D"))
                    : ImmutableSortedDictionary<Guid, Guid>.Empty,
            });

    public override string ToString() => CertificateText.Say(Epoch, Writer, InSync, Because);
}

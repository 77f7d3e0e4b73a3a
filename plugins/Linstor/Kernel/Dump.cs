using System.Collections.Immutable;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Choices;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>The complete state of all resources, out of "drbdsetup events2 --now": one line for each object, never wrapped, the same in both generations.</summary>
internal static class Dump
{
    private const string Nameless = "peer";

    /// <summary>
    /// Reads it. A dump that is cut off, or has one line that is not understood, says nothing at all. One resource that contradicts
    /// itself, or has more copies than two, says nothing about the others.
    /// </summary>
    /// <param name="what">What it is read for.</param>
    /// <param name="peer">The node that has the other copy of our resources.</param>
    /// <param name="text">What was printed.</param>
    public static Outcome<ImmutableSortedDictionary<string, ResourceState>> Parse(string what, string peer, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var events = Array.ConvertAll(lines, EventLine.Parse);
        var odd = Array.FindIndex(events, line => line.Verb is not (EventVerb.Exists or EventVerb.Dumped));
        if (odd >= 0)
        {
            return Faults.Odd(what, "drbdsetup says something that is not understood", lines[odd]);
        }

        if (events.Length == 0 || events[^1].Verb != EventVerb.Dumped || Array.FindIndex(events, line => line.Verb == EventVerb.Dumped) != events.Length - 1)
        {
            return Faults.Odd(what, "drbdsetup stopped in the middle of its list", lines.LastOrDefault());
        }

        var states = ImmutableSortedDictionary.CreateBuilder<string, ResourceState>(StringComparer.Ordinal);
        foreach (var group in events[..^1].GroupBy(line => line.Resource, StringComparer.Ordinal))
        {
            states.Add(group.Key, Read(group.Key, peer, [.. group]) ?? ResourceState.NotUnderstood(group.Key));
        }

        return states.ToImmutable();
    }

    private static ResourceState? Read(string name, string peer, IReadOnlyList<EventLine> lines)
    {
        var resources = Of(lines, EventObject.Resource);
        var connections = Of(lines, EventObject.Connection);
        if (resources.Count != 1 || connections.DistinctBy(Id).Count() < connections.Count || connections.Exists(line => !line.Fields.ContainsKey("connection")))
        {
            return null;
        }

        // 8.4 has one peer and calls it "peer". By any other name it is not ours: a copy may have been made anew on a third node, and what that one
        // holds says nothing about the copy of the node that is gone.
        var peers = Of(lines, EventObject.PeerDevice);
        var main = connections.Find(line => line.Fields.GetValueOrDefault("conn-name") == peer)
            ?? (connections.Count == 1 && connections[0].Fields.GetValueOrDefault("conn-name", Nameless) == Nameless ? connections[0] : null);
        var volumes = Of(lines, EventObject.Device).ConvertAll(device => Volume(device, [.. peers.Where(line => main is null ? connections.Count == 0 : connections.Count == 1 || Id(line) == Id(main))]));
        if (volumes.Contains(null) || volumes.DistinctBy(volume => volume!.Number).Count() < volumes.Count
            || !resources[0].Fields.TryGetValue("role", out var role) || !resources[0].Fields.TryGetValue("suspended", out var suspended))
        {
            return null;
        }

        var others = connections.Where(line => line != main).Select(line => Other(line, peers)).ToList();
        return new ResourceState(
            name, role, suspended, main?.Fields["connection"] ?? "", main?.Fields.GetValueOrDefault("role", "Unknown") ?? "Unknown",
            [.. volumes.OfType<VolumeState>().OrderBy(volume => volume.Number)])
        {
            Others = others,
            PeerId = main?.Fields.GetValueOrDefault("peer-node-id"),
            Odd = connections.Count > 1 && main is null ? $"it has {connections.Count} peers, and none of them is called {peer}"
                : others.Find(other => !other.IsDiskless) is { } third ? $"{third.Name} has a copy too, or may have: certificates know two"
                : null,
        };
    }

    private static OtherPeer Other(EventLine connection, IReadOnlyList<EventLine> peers)
    {
        var disks = peers.Where(line => Id(line) == Id(connection)).Select(line => line.Fields.GetValueOrDefault("peer-disk", "")).ToList();
        return new OtherPeer(
            connection.Fields.GetValueOrDefault("conn-name", "?"), connection.Fields["connection"], connection.Fields.GetValueOrDefault("role", "Unknown"),
            disks.Count > 0 && disks.TrueForAll(disk => disk == "Diskless"));
    }

    // 8.4 has one peer and may leave this out.
    private static string Id(EventLine line) => $"{line.Fields.GetValueOrDefault("peer-node-id")} {line.Fields.GetValueOrDefault("conn-name")}";

    private static VolumeState? Volume(EventLine device, IReadOnlyList<EventLine> peers)
    {
        var matching = peers.Where(peer => peer.Fields.GetValueOrDefault("volume") == device.Fields.GetValueOrDefault("volume")).ToList();
        if (Number(device, "volume") is not { } number || Number(device, "minor") is not { } minor
            || !device.Fields.TryGetValue("disk", out var disk) || matching.Count > 1)
        {
            return null;
        }

        var peer = matching.Count == 0 ? null : matching[0];
        if (peer is not null && (!peer.Fields.ContainsKey("replication") || !peer.Fields.ContainsKey("peer-disk")))
        {
            return null;
        }

        return new VolumeState(
            number, minor, disk, peer?.Fields["replication"] ?? "", peer?.Fields["peer-disk"] ?? "DUnknown",
            Kibibytes(peer?.Fields.GetValueOrDefault("out-of-sync")) ?? 0, device.Fields.GetValueOrDefault("quorum", "yes") == "yes")
        {
            WrittenBytes = Kibibytes(device.Fields.GetValueOrDefault("written")),
            Done = ToldNumbers.Percent(peer?.Fields.GetValueOrDefault("done", "") ?? ""),
            IsDifferenceKnown = Kibibytes(peer?.Fields.GetValueOrDefault("out-of-sync")) is not null,
        };
    }

    // Sizes are in KiB; one that nobody could have is not taken for a small one.
    private static long? Kibibytes(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? Math.Min(read, long.MaxValue / 1024 / 1024) * 1024 : null;

    private static List<EventLine> Of(IReadOnlyList<EventLine> lines, EventObject about) => [.. lines.Where(line => line.Object == about)];

    private static int? Number(EventLine line, string key) =>
        int.TryParse(line.Fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

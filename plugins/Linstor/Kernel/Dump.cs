using System.Collections.Immutable;
using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>The complete state of all resources, out of "drbdsetup events2 --now": one line for each object, never wrapped, the same in both generations.</summary>
internal static class Dump
{
    /// <summary>Reads it. A dump that is cut off, or has one line that is not understood, says nothing at all.</summary>
    public static Outcome<ImmutableSortedDictionary<string, ResourceState>> Parse(string what, string text)
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
            if (Read(group.Key, [.. group]) is not { } state)
            {
                return Faults.Odd(what, $"drbdsetup's list of resource {group.Key} is incomplete or contradicts itself", string.Join(" | ", group.Select(line => $"{line.Object} {string.Join(' ', line.Fields.Select(field => $"{field.Key}:{field.Value}"))}")));
            }

            states.Add(group.Key, state);
        }

        return states.ToImmutable();
    }

    private static ResourceState? Read(string name, IReadOnlyList<EventLine> lines)
    {
        var resources = Of(lines, EventObject.Resource);
        var connections = Of(lines, EventObject.Connection);
        if (resources.Count != 1 || connections.Count > 1)
        {
            // More peers than one: nothing here knows which of them a word would be about.
            return null;
        }

        var devices = Of(lines, EventObject.Device);
        var peers = Of(lines, EventObject.PeerDevice);
        var volumes = devices.Select(device => Volume(device, peers)).ToList();
        if (volumes.Contains(null) || volumes.DistinctBy(volume => volume!.Number).Count() < volumes.Count
            || !resources[0].Fields.TryGetValue("role", out var role) || !resources[0].Fields.TryGetValue("suspended", out var suspended))
        {
            return null;
        }

        var connection = connections.Count == 0 ? "" : connections[0].Fields.GetValueOrDefault("connection");
        return connection is null ? null : new ResourceState(
            name, role, suspended, connection, connections.Count == 0 ? "Unknown" : connections[0].Fields.GetValueOrDefault("role", "Unknown"),
            [.. volumes.OfType<VolumeState>().OrderBy(volume => volume.Number)]);
    }

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

        var kibibytes = peer is not null && long.TryParse(peer.Fields.GetValueOrDefault("out-of-sync", "0"), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : 0;
        return new VolumeState(
            number, minor, disk, peer?.Fields["replication"] ?? "", peer?.Fields["peer-disk"] ?? "DUnknown",
            Math.Min(kibibytes, long.MaxValue / 1024 / 1024) * 1024, device.Fields.GetValueOrDefault("quorum", "yes") == "yes");
    }

    private static List<EventLine> Of(IReadOnlyList<EventLine> lines, EventObject about) => [.. lines.Where(line => line.Object == about)];

    private static int? Number(EventLine line, string key) =>
        int.TryParse(line.Fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

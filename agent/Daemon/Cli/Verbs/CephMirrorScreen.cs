using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>How mirroring between sites is, for people.</summary>
internal static class CephMirrorScreen
{
    public static void Draw(Screen screen, IReadOnlyList<BackendSites> backends)
    {
        foreach (var backend in backends)
        {
            if (backend.Sight is not { } sight)
            {
                screen.Line($"{Marks.Bad} Backend {backend.Backend}: {backend.Fault}");
                continue;
            }

            Draw(screen, backend.Backend, sight);
        }
    }

    private static void Draw(Screen screen, BackendId backend, SiteSight sight)
    {
        if (!sight.IsOn)
        {
            screen.Line($"Backend {backend}: mirroring is off for its pool ('rbd mirror pool enable')");
            return;
        }

        screen.Line($"Backend {backend}, site {(sight.Site.Length > 0 ? sight.Site : "-")}: {(sight.Interval > TimeSpan.Zero ? $"a mirror snapshot every {Spans.Short(sight.Interval)}" : "no agent makes mirror snapshots (mirror-seconds: 0)")}");
        foreach (var peer in sight.Peers)
        {
            screen.Line($"  site {peer.Site}: {peer.Direction}, as {peer.User}{(peer.LastSeen is { } seen ? $", heard {Utc(seen)} UTC" : "")}");
        }

        if (sight.Peers.Count == 0)
        {
            screen.Line($"  {Marks.Warning} no other site is known ('rbd mirror pool peer bootstrap')");
        }

        foreach (var line in Daemons(sight))
        {
            screen.Line(line);
        }

        screen.Table(
            ["Unit", "Here", "State", "Volume", "Newest here (UTC)", "Copy holds (UTC)", "Behind", "Last", "Said"],
            sight.Units.SelectMany(unit => unit.Volumes.Select(volume => Row(unit, volume))),
            "No unit is mirrored: nodeagent ceph mirror enable UNIT");
        foreach (var unit in sight.Units)
        {
            foreach (var line in Notes(unit))
            {
                screen.Line(line);
            }
        }
    }

    private static IEnumerable<string> Daemons(SiteSight sight) => sight.Daemons switch
    {
        null => [],
        [] => [$"  {Marks.Warning} no rbd-mirror runs at this site: nothing is fetched here"],
        var all => all.Select(daemon => $"  rbd-mirror {daemon.Name}{(daemon.IsLeader ? ", leader" : "")}{(daemon.Remarks.Count > 0 ? $": {string.Join("; ", daemon.Remarks)}" : "")}"),
    };

    private static IReadOnlyList<string> Row(UnitMirror unit, VolumeMirror volume) =>
    [
        unit.Unit.Name,
        volume.IsGone ? "gone" : volume.Role.ToString().ToLowerInvariant(),
        $"{Mark(volume.State)} {Word(volume.State)}{(volume.Progress is { } part ? string.Create(CultureInfo.InvariantCulture, $" {part:P0}") : "")}",
        volume.Volume.Name,
        volume.NewestHere is { } newest ? Utc(newest) : "-",
        volume.HeldByCopy is { } held ? Utc(held) : "-",
        volume.Behind is { } behind ? Spans.Short(behind) : "-",
        volume.LastBytes is { } bytes ? $"{Spans.Size(bytes)}{(volume.BytesPerSecond is > 0 and var speed ? $" at {Spans.Size((long)speed)}/s" : "")}" : "-",
        string.Join("; ", volume.Voices.Select(voice => $"{voice.Site}: {voice.Native}")),
    ];

    private static IEnumerable<string> Notes(UnitMirror unit)
    {
        if (unit.Away is { } away)
        {
            yield return $"{unit.Unit}: no node of this site opens it: {away}";
        }

        if (unit.Volumes.Count > 0 && unit.Volumes.All(volume => volume.IsGone))
        {
            yield return $"{unit.Unit}: nothing of it is here any more: the other site has ended the mirroring, or it is just being copied anew. 'nodeagent ceph mirror disable {unit.Unit.Name}' here forgets it";
        }

        if (!unit.IsKnown)
        {
            yield return $"{unit.Unit}: came from the other site; 'nodeagent ceph mirror promote' takes it up";
        }

        if (unit.OpenOn is { } node && unit.Volumes.Any(volume => volume.Role == SiteRole.Copy))
        {
            yield return $"{Marks.Bad} {unit.Unit}: {node} has it open although this site is not its source: stop its service";
        }

        if (unit.Role == SiteRole.Mixed)
        {
            yield return $"{Marks.Warning} {unit.Unit}: its volumes are not all the same: give the last order again, or 'enable' for one that came later";
        }

        if (unit.State == SiteState.TwoSources)
        {
            yield return $"{Marks.Bad} {unit.Unit}: both sites are its source. Choose one; on the other: stop its service, 'nodeagent ceph mirror demote', then 'resync'";
        }
        else if (unit.State == SiteState.SplitBrain)
        {
            yield return $"{Marks.Bad} {unit.Unit}: both sites have gone apart. What one of them holds has to be thrown away, there: 'nodeagent ceph mirror resync'";
        }
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Mark(SiteState state) => state switch
    {
        SiteState.Off or SiteState.Replaying => Marks.Good,
        SiteState.Syncing or SiteState.NoSource or SiteState.Silent => Marks.Warning,
        _ => Marks.Bad,
    };

    private static string Word(SiteState state) => state switch
    {
        SiteState.Off => "not mirrored",
        SiteState.NoSource => "no source",
        SiteState.TwoSources => "two sources",
        SiteState.SplitBrain => "split brain",
        _ => state.ToString().ToLowerInvariant(),
    };
}

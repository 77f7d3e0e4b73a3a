using NodeAgent.Contract;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>Finds the folder that an operator means: one that is there, or that of a filesystem volume.</summary>
internal static class BenchPlace
{
    public static async Task<Outcome<string>> FindAsync(ApiClient client, string target, CancellationToken cancellation)
    {
        if (target.StartsWith('/') || target.StartsWith('.'))
        {
            return Directory.Exists(target) ? Path.GetFullPath(target) : Wrong(target, "there is no such folder", "Name a folder, or a volume by UNIT/VOLUME.");
        }

        var report = await client.GetAsync<NodeReport>("v1/report", cancellation);
        return report.IsOk ? Of(report.Value, target) : report.Fault;
    }

    internal static Outcome<string> Of(NodeReport report, string target)
    {
        var name = VolumeName.Parse(target);
        var found = report.Units.Where(unit => (unit.Record.Unit.ToString() == name.Unit || unit.Record.Unit.Name == name.Unit) && unit.Volumes.Any(volume => volume.Name == name.Volume)).ToList();
        if (found.Count != 1)
        {
            return Wrong(target, found.Count == 0 ? "this node has no such volume" : "several backends have it", "See 'nodeagent volume list'; a folder begins with / or a dot.");
        }

        var (unit, volume) = (found[0], found[0].Volumes.First(volume => volume.Name == name.Volume));
        return volume.Kind == VolumeKind.Block ? Wrong(target, "it is a block device, and writing to it would destroy what is in it", "Name a folder on the same pool.")
            : unit.Role != Role.Writer || volume.Path is null ? Wrong(target, $"{unit.Record.Writer} writes it, not this node", $"Run it on {unit.Record.Writer}.")
            : !unit.Record.IsPaused && unit.Copies.FirstOrDefault(copy => copy.Snapshot is not null) is { } copy ? Wrong(
                target, $"its snapshots would take the scratch file along, and send it to {copy.Node}", $"Pause it meanwhile: nodeagent replication pause {unit.Record.Unit.Name}.")
            : volume.Path;
    }

    private static Fault Wrong(string target, string why, string next) => new(FaultCode.PreconditionFailed, $"cannot measure {target}", why, next, Retry.AfterFix);
}

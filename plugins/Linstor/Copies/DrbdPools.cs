using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Copies;

/// <summary>A resource is told of like a pool: its health, and what an operator should know of it.</summary>
internal sealed class DrbdPools(Parts parts, Func<string, TimeSpan?> stillFor) : IPools
{
    public async Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
    {
        var states = await parts.Tool.DumpAsync("cannot look at resources", cancellation);
        if (!states.IsOk)
        {
            return states.Fault;
        }

        var reports = new List<PoolReport>();
        foreach (var resource in parts.Resources)
        {
            var state = states.Value.GetValueOrDefault(resource.Name);
            reports.Add(Report(resource, state) with { Unit = resource.Unit, Devices = await DevicesAsync(state, cancellation) });
        }

        return reports;
    }

    // Called as other storage calls it that reads all copies to compare them.
    private PoolActivity? Compared(ResourceState state)
    {
        if (state.Volumes.FirstOrDefault(volume => volume.IsVerifying) is not { } volume)
        {
            return null;
        }

        var size = parts.Tool.Size(volume);
        var done = volume.Done ?? Overview.Compared(Places.Read(parts.Places.Overview), volume.Minor);
        return new PoolActivity("scrub", (long?)(size * done), size);
    }

    // What the kernel waits for. A disk that it has let go of is not waited for.
    private async Task<IReadOnlyList<string>> DevicesAsync(ResourceState? state, CancellationToken cancellation)
    {
        var devices = new List<string>();
        foreach (var volume in state is { Odd: null } ? state.Volumes.Where(volume => volume.Disk is not ("Diskless" or "Failed" or "Detaching")) : [])
        {
            var below = await parts.Tool.BackingAsync(state!.Name, volume, "cannot look at disks", cancellation);
            devices.AddRange(below is { IsOk: true, Value: ['/', ..] } ? [below.Value] : []);
        }

        return devices;
    }

    private PoolReport Report(Resource resource, ResourceState? state)
    {
        if (state is null)
        {
            return new PoolReport(resource.Name, HealthLevel.Degraded, null, null, null, [$"The kernel does not have it: 'drbdadm up {resource.Name}'."], "down");
        }

        List<string> remarks = state.Odd is { } odd ? [$"Nothing is done with it: {odd}."] : [];
        foreach (var volume in state.Volumes.Where(volume => !volume.IsMirrored))
        {
            remarks.Add(FormattableString.Invariant($"Volume {volume.Number} is {volume.Disk} here and {volume.PeerDisk} on {parts.Peer}, {volume.OutOfSyncBytes} bytes differ."));
        }

        if (!state.IsConnected)
        {
            remarks.Add(state.IsAlone ? $"It does not try to reach {parts.Peer}: disconnected by hand, or both nodes wrote for themselves." : $"{parts.Peer} is not connected.");
        }

        if (stillFor(resource.Name) is { } still && state.IsStill)
        {
            remarks.Add(Suspension.Told(state, parts.Peer, "") is { } waits ? $"For {still.TotalSeconds:F0} s {waits.Why}. {waits.NextStep}"
                : $"Writes have waited for {parts.Peer} for {still.TotalSeconds:F0} s.");
        }

        var level = state is { IsConsistent: true, Odd: null } ? remarks.Count > 0 ? HealthLevel.Degraded : HealthLevel.Ok : HealthLevel.Failed;
        var sizes = state.Volumes.Select(parts.Tool.Size).ToList();
        var total = sizes.Contains(null) ? null : sizes.Sum();
        var isCopied = state.Volumes.Any(volume => volume.Replication.Contains("Sync", StringComparison.Ordinal));
        var activity = !isCopied ? Compared(state) : total is { } bytes ? new PoolActivity("resync", Math.Max(0, bytes - state.OutOfSyncBytes), bytes) : null;

        // Good to know, and nothing that is wrong.
        remarks.AddRange(resource.Verified.All.Values.Where(note => note.Ended is not null).Select(note => FormattableString.Invariant(
            $"Both copies of volume {note.Volume} were last compared from here on {note.Ended:yyyy-MM-dd HH:mm:ss} UTC: {note.FoundBytes} bytes differed.")));
        return new PoolReport(resource.Name, level, total, null, activity, remarks, state.ToString());
    }
}

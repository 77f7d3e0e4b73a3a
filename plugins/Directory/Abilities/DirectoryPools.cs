using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>The one pool is the file system that holds the folder.</summary>
internal sealed class DirectoryPools(UnitGate gate) : IPools
{
    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation) =>
        gate.RunAsync<IReadOnlyList<PoolReport>>($"cannot read the room of {gate.Root}", null, Report, cancellation);

    private Outcome<IReadOnlyList<PoolReport>> Report()
    {
        if (!Directory.Exists(gate.Root))
        {
            return new Fault(
                FaultCode.DataPathUnavailable, $"cannot read the room of {gate.Root}", "it does not exist",
                "Mount it or correct 'path' in the configuration.", Retry.AfterFix);
        }

        var drive = new DriveInfo(gate.Root);
        var pool = new PoolReport(
            gate.Root, HealthLevel.Ok, drive.TotalSize, drive.AvailableFreeSpace, null, [], drive.DriveFormat);
        return new Outcome<IReadOnlyList<PoolReport>>([pool]);
    }
}

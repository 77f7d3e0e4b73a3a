using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedVolumes(CallSupervisor calls) : IVolumes
{
    public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation) =>
        calls.RunAsync<IVolumes, Volume>(
            GuardedCall.Change("volumes.create", $"create volume {spec.Id}", spec.Id.Unit),
            (volumes, stop) => volumes.CreateAsync(spec, grant, stop),
            cancellation);

    public Task<Outcome<Volume>> ExpandAsync(
        VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) =>
        calls.RunAsync<IVolumes, Volume>(
            GuardedCall.Change("volumes.expand", $"expand volume {volume} to {bytes} bytes", volume.Unit),
            (volumes, stop) => volumes.ExpandAsync(volume, bytes, grant, stop),
            cancellation);

    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) =>
        calls.RunAsync<IVolumes>(
            GuardedCall.Change("volumes.delete", $"delete volume {volume}", volume.Unit),
            (volumes, stop) => volumes.DeleteAsync(volume, stop),
            cancellation);

    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) =>
        calls.RunAsync<IVolumes, Volume>(
            GuardedCall.Read("volumes.get", $"read volume {volume}"),
            (volumes, stop) => volumes.GetAsync(volume, stop),
            cancellation);

    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) =>
        calls.ListAsync<IVolumes, Volume>(
            GuardedCall.Read("volumes.list", "list volumes"),
            (volumes, stop) => volumes.ListAsync(stop),
            cancellation);
}

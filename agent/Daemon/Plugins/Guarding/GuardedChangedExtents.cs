using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedChangedExtents(CallSupervisor calls) : IChangedExtents
{
    public Task<Outcome<IReadOnlyList<Extent>>> ListAsync(
        VolumeId volume, string? from, string to, CancellationToken cancellation) =>
        calls.ListAsync<IChangedExtents, Extent>(
            GuardedCall.Read("extents.list", $"list what changed in {volume}"),
            (extents, stop) => extents.ListAsync(volume, from, to, stop),
            cancellation);

    public async Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation)
    {
        var opened = await calls.RunAsync<IChangedExtents, (Stream Stream, long Length)?>(
            GuardedCall.Read("extents.open", $"open {volume} as of {snapshot}"),
            async (extents, stop) => (await extents.OpenAsync(volume, snapshot, stop))
                .Map<(Stream, long)?>(stream => (stream, stream.Length)),
            cancellation);
        return opened.Map<Stream>(pair =>
        {
            calls.Slot.Stay();
            var call = GuardedCall.Read("extents.read", $"read {volume} as of {snapshot}");
            return new GuardedStream(pair!.Value.Stream, pair.Value.Length, calls, call);
        });
    }
}

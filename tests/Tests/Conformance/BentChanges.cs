using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes extents on after bending them.</summary>
internal sealed class BentChanges(IChangedExtents inner, Func<IReadOnlyList<Extent>, IReadOnlyList<Extent>> bend) : IChangedExtents
{
    public async Task<Outcome<IReadOnlyList<Extent>>> ListAsync(
        VolumeId volume, string? from, string to, CancellationToken cancellation) =>
        (await inner.ListAsync(volume, from, to, cancellation)).Map(bend);

    public Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation) =>
        inner.OpenAsync(volume, snapshot, cancellation);
}

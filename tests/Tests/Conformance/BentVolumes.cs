using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes everything on, but for what a test bends.</summary>
internal sealed class BentVolumes(IVolumes inner) : IVolumes
{
    public Func<VolumeSpec, WriteGrant, CancellationToken, Task<Outcome<Volume>>>? Create { get; init; }

    public Func<VolumeId, long, WriteGrant, CancellationToken, Task<Outcome<Volume>>>? Expand { get; init; }

    public Func<VolumeId, CancellationToken, Task<Outcome>>? Delete { get; init; }

    public Func<VolumeId, CancellationToken, Task<Outcome<Volume>>>? Get { get; init; }

    public Func<CancellationToken, Task<Outcome<IReadOnlyList<Volume>>>>? List { get; init; }

    public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation) =>
        (Create ?? inner.CreateAsync)(spec, grant, cancellation);

    public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) =>
        (Expand ?? inner.ExpandAsync)(volume, bytes, grant, cancellation);

    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) =>
        (Delete ?? inner.DeleteAsync)(volume, cancellation);

    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) =>
        (Get ?? inner.GetAsync)(volume, cancellation);

    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) => (List ?? inner.ListAsync)(cancellation);
}

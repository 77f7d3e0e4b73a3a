using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes everything on, but for what a test bends.</summary>
internal sealed class BentRejoin(IRejoin inner) : IRejoin
{
    public Func<UnitId, string?, string, CancellationToken, Task<Outcome>>? Rejoin { get; init; }

    public Func<IReadOnlyList<KeptHead>, IReadOnlyList<KeptHead>>? Kept { get; init; }

    public Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation) =>
        (Rejoin ?? inner.RejoinAsync)(unit, snapshot, keepAs, cancellation);

    public async Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation) =>
        (await inner.ListKeptAsync(cancellation)).Map(all => Kept is null ? all : all with { Found = Kept(all.Found) });
}

using System.Collections.Immutable;

using FsCheck;
using FsCheck.Fluent;

using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>Records of all shapes.</summary>
internal static class RecordGen
{
    private static readonly Gen<bool> Flag = Gen.Elements(true, false);
    private static readonly Gen<long> Number = Gen.OneOf(Gen.Choose(0, 9).Select(number => (long)number), Gen.Elements(long.MaxValue, 1L << 53, (1L << 53) + 1));
    private static readonly Gen<TimeSpan> Span = Gen.OneOf(Number.Select(TimeSpan.FromTicks), Gen.Choose(0, 9999).Select(span => TimeSpan.FromMilliseconds(span)));
    private static readonly Gen<string> Text = Gen.Elements("", "x", "he said \"no\"\n\\", "één ✓ 🐧", "</script>'&+");
    private static readonly Gen<NodeId> Node = Gen.Elements("a", "b", "node-3.example", "0").Select(name => new NodeId(name));
    private static readonly Gen<NodeId?> NodeOrNull = Gen.OneOf(Node.Select(node => (NodeId?)node), Gen.Constant((NodeId?)null));
    private static readonly Gen<Epoch> Epochs = Number.Select(number => new Epoch(number));
    private static readonly Gen<Offer> OneOffer = from epoch in Epochs from position in Number from age in Span select new Offer(epoch, position, age);
    private static readonly Gen<Proof> OneProof = from kind in Any<ProofKind>() from detail in Text select new Proof(kind, detail);

    public static Gen<NodeOffers> Offers { get; } =
        from seen in Gen.Elements(-1L, 0L, 99L) from offers in Named(OneOffer)
        from known in Named(Gen.Choose(1, 9).Select(number => new Epoch(number))) select new NodeOffers(seen, offers) { Known = known };

    public static Gen<ClusterRecord> Records { get; } =
        from armed in Flag from number in Number from reason in Text
        from members in Named(Members()) from services in Named(Services()) from units in Named(Places()) from gone in Named(Gen.Choose(1, 9).Select(number => new Epoch(number)))
        select new ClusterRecord
        {
            Arm = new(armed, number, reason),
            Members = members.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Node = new(pair.Key) }, StringComparer.Ordinal),
            Services = services.ToImmutableSortedDictionary(
                pair => pair.Key, pair => pair.Value with { Policy = pair.Value.Policy with { Name = pair.Key } }, StringComparer.Ordinal),
            Units = units,
            Gone = gone,
        };

    private static Gen<UnitPlace> Places() => from service in Gen.OneOf(Text.Select(text => (string?)text), Gen.Constant((string?)null)) from since in Epochs select new UnitPlace(service, since);

    private static Gen<MemberRecord> Members() =>
        from boot in Text from session in Number from attested in Flag from run in Number from drained in Flag from leaving in Flag
        from fence in OrNull(from of in Number from who in Node from done in OrNull(OneProof) select new FenceRecord(of, who, done))
        select new MemberRecord(new("a"), boot, session) { Run = run, IsAttested = attested, IsDrained = drained, IsLeaving = leaving, Fence = fence };

    private static Gen<ServiceRecord> Services() =>
        from policy in Policies()
        from wanted in Any<WantedState>() from target in NodeOrNull from epoch in Epochs from phase in Any<ServicePhase>() from reason in Text
        from owner in OrNull(from node in Node from session in Number from boot in Text from of in Epochs from proof in OneProof select new Tenure(node, session, boot, of, proof))
        from last in NodeOrNull from failed in Named(Text) from before in Named(Text) from handed in OrNull(OneOffer) from loss in Span from kept in NodeOrNull from accepted in Epochs from since in Epochs from firmly in Flag from failures in Gen.Choose(0, 9)
        from settled in OrNull(from epoch in Epochs from store in Gen.OneOf(Text.Select(text => (string?)text), Gen.Constant((string?)null)) select new Settlement(epoch, store)) from reckoned in Epochs
        select new ServiceRecord(policy)
        {
            Wanted = wanted, Target = target, Owner = owner, Epoch = epoch, Phase = phase, Reason = reason, Last = last,
            FailedOn = failed, FailedBefore = before, Handed = handed, Loss = loss, KeptFor = kept, LossAccepted = accepted, LastSince = since, IsKeptFirmly = firmly, Failures = failures, Settled = settled, Reckoned = reckoned,
        };

    private static Gen<ServicePolicy> Policies() =>
        from nodes in Node.ListOf() from copies in Flag from excludes in Flag from limit in Span from spreads in Flag
        from with in Text.ListOf() from apart in Text.ListOf() from back in Flag from restart in Gen.Choose(0, 5) from move in Gen.Choose(0, int.MaxValue)
        from stop in Span from policy in Any<NodeStopPolicy>()
        select new ServicePolicy("x", [.. nodes])
        {
            HasCopies = copies, StorageExcludes = excludes, LossLimit = limit, Spreads = spreads, With = [.. with], Apart = [.. apart],
            FailsBack = back, RestartLimit = restart, MoveLimit = move, StopLimit = stop, OnNodeStop = policy,
        };

    private static Gen<ImmutableSortedDictionary<string, T>> Named<T>(Gen<T> value) =>
        from names in Gen.SubListOf("a", "b", "c-1.x") from values in Gen.ListOf(value, names.Count)
        select names.Zip(values).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    private static Gen<T?> OrNull<T>(Gen<T> value)
        where T : class => Gen.OneOf(value.Select(some => (T?)some), Gen.Constant((T?)null));

    private static Gen<T> Any<T>()
        where T : struct, Enum => Gen.Elements(Enum.GetValues<T>());
}

using System.Collections.Immutable;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>Whose half alone holds everything, by what the pool says of its drives.</summary>
/// <param name="InSync">Of those whom the certificate covers now: nobody is added by a look.</param>
/// <param name="Because">What is wrong; empty if nothing is.</param>
internal sealed record Holding(ImmutableSortedSet<string> InSync, string Because)
{
    public static Holding Of(PoolView view, Parts parts, Certificate certificate)
    {
        var pairs = parts.Pairs;
        if (view.IsWhole(pairs))
        {
            return new Holding(certificate.InSync, "");
        }

        var bad = pairs.SelectMany(pair => new[] { pair.Local, pair.Remote }).Where(partition => !view.IsGood(partition)).ToList();
        var isHere = pairs.All(pair => view.IsGood(pair.Local));
        var isThere = pairs.All(pair => view.IsGood(pair.Remote));
        if (isHere && isThere)
        {
            // All are there, but something is being copied, onto which half ZFS says only after a while; or what is wrong is
            // on both.
            isThere = false;
            isHere = !(view.IsCopying || view.IsOwing) || (pairs.All(pair => view.Of(pair.Local)!.Copied == 0) && pairs.Any(pair => view.Of(pair.Remote)!.Copied > 0));
            if (!certificate.Covers(parts.Self))
            {
                // It is this node's half that was lost and returns.
                isThere = view.IsCopying;
            }
        }

        var whole = (isHere ? Whole.Only(parts.Self) : Whole.Nobody).Union(isThere ? Whole.Only(parts.Peer) : Whole.Nobody);
        return new Holding(whole.Intersect(certificate.InSync), bad.Count > 0 ? Tell(view, bad) : "the pool is copying, or not all of it is right");
    }

    private static string Tell(PoolView view, IReadOnlyList<Guid> bad) => string.Join(
        ", ", bad.Take(2).Select(partition => view.Of(partition) is { } leaf ? $"drive {partition} is {leaf.State} with {leaf.Errors} errors" : $"drive {partition} is not in the pool"))
        + (bad.Count > 2 ? $" and {bad.Count - 2} more" : "");
}

using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Choices;

/// <summary>What a choice comes to. Pure: from what both sides and the certificate say.</summary>
/// <param name="choice">The choice.</param>
/// <param name="nodes">The two nodes.</param>
/// <param name="seen">The certificate as it is now.</param>
internal sealed class Choosing(CopyChoice choice, IReadOnlyList<NodeId> nodes, Certified seen)
{
    private readonly List<string> blockers = [];

    private NodeId Keep => choice.Keep;

    private NodeId Other => nodes.First(node => node != Keep);

    private string Unit => choice.Unit.Name;

    /// <summary>The half to be kept counts alone already: the choice was made, and nobody heard of it.</summary>
    public bool IsMade => seen.Certificate is { Before: null, IsBuilding: false } certificate && certificate.Writer == Keep && certificate.Covers(Keep) && !certificate.Covers(Other);

    public CopyChoicePlan Plan()
    {
        WeighNodes();
        var (kept, other) = (Facts(Keep), Facts(Other));
        if (blockers.Count == 0)
        {
            WeighHalves(kept!, other);
        }

        return new CopyChoicePlan(Other, Steps(kept, other), blockers, IsKept: false);
    }

    /// <summary>What the store is to say; meaningless while something blocks it.</summary>
    public Certificate Next(string because)
    {
        var kept = Facts(Keep)!;

        // Without a certificate nobody knows what both nodes have agreed on but they themselves; and nobody who counted errors.
        var newest = new Epoch(nodes.Select(Facts).OfType<HalfFacts>().Max(half => half.Epoch));
        var old = seen.Certificate ?? new Certificate(Keep, newest, newest, Whole.Nobody, 0, kept.PoolGuid, "") { NeedsScrub = true };

        // Group 0: the other half is copied whole, whatever it held. No identity: the one that is written is of who claimed last.
        return old with { Writer = Keep, InSync = Whole.Only(Keep), Txg = 0, IsRejoined = false, Before = null, ScanBefore = null, HostId = null, Because = because };
    }

    // Every node that has a half says that it is closed, or is proven not to run.
    private void WeighNodes()
    {
        foreach (var side in choice.Sides.Where(side => side.IsOpen != Answer.No))
        {
            blockers.Add(side.IsOpen == Answer.Yes
                ? $"{Unit} is open on {side.Node}: stop what uses it there ('nodeagent service stop' its service); nothing is chosen while somebody writes"
                : $"{side.Node} cannot say whether {Unit} is open there: do this again in a moment");
        }

        foreach (var node in nodes.Where(node => !choice.Sides.Any(side => side.Node == node)))
        {
            var why = choice.Silent.GetValueOrDefault(node);
            if (node == Keep)
            {
                blockers.Add($"{node} does not answer{(why is null ? "" : $" ({why})")}, and its half is the one to be kept: start its agent");
            }
            else if (!choice.Gone.TryGetValue(node, out var proof))
            {
                blockers.Add($"{node} does not answer{(why is null ? "" : $" ({why})")}, and nothing proves that it does not write: start its agent, or see that it is off and 'nodeagent confirm-dead {node}'");
            }
            else if (Facts(Keep) is { PeerSign.Length: > 0 } kept)
            {
                blockers.Add($"{node} is said not to run ({proof}), but {kept.PeerSign}: see that it is off");
            }
        }

        var answered = choice.Sides.Where(side => nodes.Contains(side.Node) && side.IsOpen == Answer.No).ToList();
        if (answered.Exists(side => side.Version != seen.Version))
        {
            blockers.Add("the certificate has changed since the nodes were looked at: do this again");
        }

        if (answered.Exists(side => HalfFacts.Parse(side.Native) is null))
        {
            blockers.Add("the nodes run different versions of this plugin: upgrade the older");
        }
    }

    private void WeighHalves(HalfFacts kept, HalfFacts? other)
    {
        if (!kept.IsThere)
        {
            blockers.Add($"the half of {Keep} is not complete ({kept.Missing}): bring its drives back{(seen.Certificate is null ? ", or name those that took the place of dead ones in 'pairs'" : "")}");
        }

        if (seen.Certificate is { IsBuilding: true })
        {
            blockers.Add("the pool is still being built: create its first volume again");
        }
        else if (seen.Certificate is { } certificate)
        {
            WeighCertificate(certificate, other is { IsThere: true });
        }

        if (!choice.MayLose)
        {
            blockers.Add($"what only {Other} holds cannot be kept: say so with --without-keeping if it may be lost");
        }
    }

    // What is there and counts is never given up for what may miss something.
    private void WeighCertificate(Certificate certificate, bool isOtherThere)
    {
        if (certificate.HoldsAll(Keep))
        {
            blockers.Add($"there is nothing to choose: the half of {Keep} holds everything ({certificate}); let it write");
        }
        else if (isOtherThere && certificate.HoldsAll(Other))
        {
            blockers.Add($"the half of {Other} holds everything ({certificate}), and all its drives are there: let {Other} write");
        }
        else if (isOtherThere)
        {
            blockers.Add($"both halves together hold everything ({certificate}), and all drives are there: let {certificate.Writer} write, which opens both");
        }
    }

    private List<string> Steps(HalfFacts? kept, HalfFacts? other)
    {
        List<string> steps =
        [
            $"The certificate says that the half of {Keep} alone counts. From now on {Other} cannot open {Unit}; {Keep} can.",
            seen.Certificate is { } certificate
                ? string.Create(CultureInfo.InvariantCulture, $"What was acknowledged and is not on the half of {Keep} is lost: it is not certified ({certificate}{(certificate.Txg > 0 ? $"; the halves parted at group {certificate.Txg}" : "")}).")
                : $"There is no certificate: what was acknowledged and is not on the half of {Keep} is lost, and nobody can say whether anything is.",
            $"{(other is null ? $"When {Other} is back, its half" : $"The half of {Other}")} is taken out of its mirrors and copied whole from {Keep}; nothing of what it holds is kept.",
            $"{Other} is certified when both halves were seen whole twice; until then only {Keep} can write.",
        ];
        if (kept is not null && other is { IsThere: true } && other.Txg > kept.Txg)
        {
            steps.Insert(2, string.Create(CultureInfo.InvariantCulture, $"The half of {Other} was written further, to group {other.Txg}; the one to be kept to group {kept.Txg}."));
        }

        return steps;
    }

    private HalfFacts? Facts(NodeId node) => choice.Sides.FirstOrDefault(side => side.Node == node) is { } side ? HalfFacts.Parse(side.Native) : null;
}

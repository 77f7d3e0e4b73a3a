using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>What a choice comes to. Pure: from what both sides and the certificate say.</summary>
/// <param name="choice">The choice.</param>
/// <param name="nodes">The two nodes that have copies.</param>
/// <param name="seen">The certificate as it is now.</param>
internal sealed class Choosing(CopyChoice choice, IReadOnlyList<NodeId> nodes, Certified seen)
{
    private readonly List<string> blockers = [];

    private NodeId Keep => choice.Keep;

    private NodeId Other => nodes.First(node => node != Keep);

    private string Unit => choice.Unit.Name;

    private CopySide? Kept { get; } = choice.Sides.FirstOrDefault(side => side.Node == choice.Keep);

    private CopySide? GivenUp => choice.Sides.FirstOrDefault(side => side.Node == Other);

    /// <summary>What is written into the certificate; meaningless while something blocks it.</summary>
    public GivingWay? Way { get; private set; }

    public CopyChoicePlan Plan()
    {
        WeighNodes();
        var (kept, other) = (Facts(Kept), Facts(GivenUp));
        if (blockers.Count == 0)
        {
            WeighCopies(kept!, other);
        }

        var isConnected = IsConnected(kept, other);
        var isKept = !isConnected && !(choice.MayLose && GivenUp?.KeptBy is null);
        Way = isConnected ? null : new GivingWay(Other, isKept ? Name() : null, kept is { IsGoingBack: false } && other is not { IsGoingBack: true } ? kept.Generations : "", IsReady: false);
        return new CopyChoicePlan(Other, isConnected ? ConnectedSteps(kept!) : Steps(kept, other), blockers, isKept);
    }

    // Every node that has a copy says that it is closed, or is proven not to run.
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
                blockers.Add($"{node} does not answer{(why is null ? "" : $" ({why})")}, and its copy is the one to be kept: start its agent");
            }
            else if (!choice.Gone.ContainsKey(node))
            {
                blockers.Add($"{node} does not answer{(why is null ? "" : $" ({why})")}, and nothing proves that it does not write: start its agent, or see that it is off and 'nodeagent confirm-dead {node}'");
            }
        }

        if (choice.Sides.Any(side => nodes.Contains(side.Node) && side.IsOpen == Answer.No && side.Version != seen.Version))
        {
            blockers.Add("the certificate has changed since the nodes were looked at: do this again");
        }

        if (choice.Sides.Any(side => nodes.Contains(side.Node) && side.IsOpen == Answer.No && SideFacts.Parse(side.Native) is null))
        {
            blockers.Add("the nodes run different versions of this plugin: upgrade the older");
        }
    }

    private void WeighCopies(SideFacts kept, SideFacts? other)
    {
        var certificate = seen.Certificate!;
        if (!kept.IsWhole)
        {
            blockers.Add($"the copy of {Keep} is not complete in itself: keep the other, or bring its disk back");
        }

        // Also before it says that it is ready: it may be at it at this moment, and then both would be gone.
        if (certificate.GivingWay is { } way && way.Node == Keep)
        {
            blockers.Add($"the copy of {Keep} is being given up already{(way.KeptAs is { } name ? $"; what it held is kept as {name}" : "")}");
        }

        if (IsNothingToDo(kept, other))
        {
            blockers.Add($"there is nothing to choose: {Keep} is certified ({certificate}) and the copies are not parted; bring the link or the other node back");
        }

        if (!IsConnected(kept, other) && GivenUp is { KeptBy: null } side && !choice.MayLose)
        {
            blockers.Add($"what {Other} holds cannot be kept ({side.NotKeptBecause}): say so with --without-keeping if it may be lost");
        }
    }

    // After half a rollback the kernel's word that the two are the same, or what differs, proves nothing: then all is copied.
    private static bool IsConnected(SideFacts? kept, SideFacts? other) => kept is { IsConnected: true, IsGoingBack: false } && other is { IsConnected: true, IsGoingBack: false };

    private bool IsNothingToDo(SideFacts kept, SideFacts? other) =>
        seen.Certificate!.Covers(Keep) && seen.Certificate.GivingWay is null
        && !kept.IsGoingBack && other is not { IsGoingBack: true }
        && (kept.IsConnected || !kept.IsAlone) && (other is null || other.IsConnected || !other.IsAlone);

    private List<string> Steps(SideFacts? kept, SideFacts? other)
    {
        var all = other is null || kept is null || kept.IsGoingBack || other.IsGoingBack || !Generations.IsDifferenceEnough(kept.Generations, other.Generations);
        return
        [
            $"The certificate says that the copy of {Keep} alone counts and that {Other} gives way. From now on {Other} cannot open {Unit}; {Keep} can.",
            $"{(GivenUp is null ? $"When it is back, {Other}" : Other)} parts from {Keep} ('drbdadm disconnect {Unit}').",
            GivenUp is { KeptBy: { } by } ? $"{Other} keeps what it holds: {by}, called {Name()}. Nobody deletes it but you."
                : choice.MayLose ? $"Nothing of what {Other} holds is kept."
                : $"{Other} keeps what it holds as a snapshot called {Name()}, if what it lies on can; otherwise it stays parted and tells why.",
            all
                ? $"{Other} gives up all of its copy ('drbdadm invalidate {Unit}'): {(other is null ? "unless its history then shows that less is enough" : "its history does not prove that less is enough")}."
                : $"{Other} gives up what it wrote since the two parted ('drbdadm connect --discard-my-data {Unit}'): only what differs is copied.",
            $"Both connect; {Other} is brought up to date from {Keep} and certified when both were seen whole twice.",
        ];
    }

    private List<string> ConnectedSteps(SideFacts kept) =>
    [
        $"The certificate says that the copy of {Keep} counts. {Keep} can open {Unit} then.",
        kept.IsMirrored ? $"The kernel calls both copies whole and keeps them the same: {Other} is certified when that was seen twice."
            : $"{Other} is brought up to date from {Keep}, as it is being done already, and certified then.",
    ];

    private string Name() => $"{BackingVolume.GivenUp}{seen.Version}";

    private static SideFacts? Facts(CopySide? side) => side is null ? null : SideFacts.Parse(side.Native);
}

namespace NodeAgent.Core.Views;

/// <summary>Names what the store shows; decides nothing.</summary>
public static class Standings
{
    /// <summary>How a node stands.</summary>
    public static NodeStanding Of(ClusterView view, MemberRecord member)
    {
        var owns = view.Record.Services.Values.Where(service => service.Owner?.Node == member.Node).ToList();
        if (!view.IsLive(member.Node, member.Session))
        {
            return owns.Count == 0 ? NodeStanding.Absent
                : owns.TrueForAll(service => Proofs.About(view, service).IsOk) ? NodeStanding.Fenced
                : member.Fence is { Done: null } ? NodeStanding.Fencing : NodeStanding.Suspect;
        }

        if (member.Fence is { } fence && fence.Session == member.Session)
        {
            return fence.Done is null ? NodeStanding.Fencing : NodeStanding.Fenced;
        }

        return !view.Present.Contains(member.Node.Value) ? NodeStanding.Suspect
            : !member.IsDrained && !member.IsLeaving ? NodeStanding.Member
            : owns.Count > 0 ? NodeStanding.Draining : NodeStanding.Drained;
    }

    /// <summary>How far a service is: what its owner says counts only while that owner is here.</summary>
    public static ServicePhase Of(ClusterView view, ServiceRecord service) =>
        service.Wanted == WantedState.Unmanaged ? ServicePhase.Unmanaged
        : service.Owner is null ? service.Wanted == WantedState.Stopped ? ServicePhase.Stopped : service.IsGivenUp ? ServicePhase.Error : ServicePhase.Waiting
        : view.IsHeld(service) ? service.Phase
        // Nobody can have it any more, and nobody shall.
        : service.Wanted == WantedState.Stopped && Proofs.About(view, service).IsOk ? ServicePhase.Stopped : ServicePhase.Waiting;
}

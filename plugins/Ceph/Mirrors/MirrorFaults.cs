using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>What librbd's numbers mean where mirroring is changed.</summary>
internal static class MirrorFaults
{
    /// <summary>Done, or what the number of a promotion means.</summary>
    public static Outcome OfPromotion(int code, VolumeId volume, string what) => code switch
    {
        >= 0 => Outcome.Done,
        -Errno.Busy => Of(what, $"{volume}: the other site is still its source", $"Give it away there first: nodeagent ceph mirror demote {volume.Unit.Name}. If that site is lost: --force."),
        -Errno.ReadOnly or -Errno.Again => Of(what, $"{volume}: the last snapshot of the other site is not here in whole yet, or the daemon still works on it", "Try again in some seconds: 'nodeagent ceph mirror status' tells when nobody is the source. If that site is lost: --force."),
        _ => CephFaults.From(code, what, $"promoting {volume}"),
    };

    /// <summary>Done, or what the number of another order means.</summary>
    public static Outcome Of(int code, VolumeId volume, string doing, string what) => code switch
    {
        >= 0 => Outcome.Done,
        -Errno.ReadOnly => new Fault(FaultCode.InUse, what, $"{volume}: another client has it open with its lock", "See who: rbd status, rbd lock ls.", Retry.AfterFix),
        _ => CephFaults.From(code, what, $"{doing} {volume}"),
    };

    /// <summary>Opened again after the plan was made: by a service, or as the agent took its units up.</summary>
    public static Fault OpenAgain(UnitId unit, string holder, string what) => new(
        FaultCode.InUse, what, $"{holder} has it open again", $"Stop what uses it, then once more: nodeagent ceph mirror demote {unit.Name}", Retry.AfterFix);

    private static Fault Of(string what, string why, string next) => new(FaultCode.PreconditionFailed, what, why, next, Retry.Later);
}

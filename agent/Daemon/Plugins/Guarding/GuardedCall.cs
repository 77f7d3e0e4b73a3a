using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>A call as the supervisor sees it.</summary>
/// <param name="Operation">Its name in metrics, from a fixed set.</param>
/// <param name="Kind">What it does.</param>
/// <param name="What">What a fault says could not be done: "create volume tank:db/data".</param>
/// <param name="Subject">What it must not run beside a second of: a unit or volume; empty if it does not matter.</param>
internal sealed record GuardedCall(string Operation, CallKind Kind, string What, string Subject)
{
    /// <summary>The stream that moves, if one does.</summary>
    public HostEnd? Host { get; init; }

    public static GuardedCall Read(string operation, string what) => new(operation, CallKind.Read, what, "");

    public static GuardedCall Change(string operation, string what, UnitId unit) => Change(operation, what, unit.ToString());

    /// <summary>A change of something that is no unit.</summary>
    public static GuardedCall Change(string operation, string what, string subject) => new(operation, CallKind.Change, what, subject);
}

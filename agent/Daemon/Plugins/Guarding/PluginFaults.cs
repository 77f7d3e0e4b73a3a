using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>What callers read when a plugin misbehaves.</summary>
internal static class PluginFaults
{
    private const string Report = "Report it to the plugin's author; `nodeagent plugin list` shows the plugin.";

    public static Fault Threw(string what, string problem) => new(
        FaultCode.Internal, what, "the plugin failed with an exception, which is a bug in it", Report, Retry.AfterLook)
    {
        Native = problem,
    };

    public static Fault Nothing(string what) => new(
        FaultCode.Internal, what, "the plugin answered nothing (null), which is a bug in it", Report, Retry.AfterLook);

    public static Fault TimedOut(string what, TimeSpan deadline) => new(
        FaultCode.TimedOut,
        what,
        $"no answer within {deadline.TotalSeconds:0.#} s; it may have happened",
        "Look at the state before trying again.",
        Retry.AfterLook);

    public static Fault Abandoned(string what) => new(
        FaultCode.TimedOut,
        what,
        "the plugin does not answer and does not stop; it was left behind and may still act",
        "Look at the state before trying again; see `nodeagent plugin list`.",
        Retry.AfterLook);

    public static Fault OnTrial(string what, BackendSettings wanted, string trial) => new(
        FaultCode.PreconditionFailed,
        what,
        $"plugin {wanted.Kind} is on trial: {trial}",
        $"If you want to try it all the same, set 'accept_trial: true' at backend {wanted.Id}, and keep copies elsewhere of what you give it.",
        Retry.AfterFix);

    public static Fault LaneBusy(string what, string lane) => new(
        FaultCode.Busy, what, $"another operation holds '{lane}'", "Try again when it has ended.", Retry.Later);

    public static Fault Draining(string what) => new(
        FaultCode.Busy, what, "the backend is being exchanged or stopped", "Try again in a moment.", Retry.Later);

    public static Fault StillInside(string what, int calls) => new(
        FaultCode.Busy, what, $"calls of before still run ({calls})", "Nothing to do: it is tried again.", Retry.Later);

    public static Fault Quarantined(string what, string reason, DateTimeOffset until, string subject) => new(
        FaultCode.ControlPlaneUnavailable,
        what,
        $"the backend is quarantined until {until:u}: {reason}",
        $"Mend the cause, then run: nodeagent plugin release {subject}",
        Retry.AfterFix);

    public static Fault Stopped(string what, string reason) => new(
        FaultCode.ControlPlaneUnavailable, what, $"the backend is not running: {reason}", "See `nodeagent plugin list`.", Retry.AfterFix);

    public static Fault Unsupported(string what, string plugin) => new(
        FaultCode.Unsupported, what, $"the plugin {plugin} no longer offers this", "See `nodeagent plugin list`.", Retry.Never);

    public static Fault StreamBroke(string what, string failure) => new(
        FaultCode.PeerUnavailable, what, $"the stream broke: {failure}", "It is tried again by itself.", Retry.Later);
}

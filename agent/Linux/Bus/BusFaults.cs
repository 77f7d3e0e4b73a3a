using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>Words for what goes wrong on a bus.</summary>
internal static class BusFaults
{
    private const string LookAtBus = "Look at the bus: systemctl status dbus, journalctl -u dbus.";

    /// <summary>The bus cannot be reached, or is no longer there. What was asked may have been done.</summary>
    public static Fault Lost(string address, int errno) => errno is Errno.AccessDenied or Errno.NoPermission
        ? new(FaultCode.PermissionDenied, "cannot use the message bus", $"{address}: {Errno.Text(errno)}", "Run the agent as root.", Retry.AfterFix)
        : new(FaultCode.ControlPlaneUnavailable, "the message bus is not there", $"{address}: {Errno.Text(errno)}", LookAtBus, Retry.AfterLook);

    public static Fault NoLibrary(string why) => new(
        FaultCode.NotFound, "cannot use the message bus", why, "Install the package libsystemd0.", Retry.AfterFix);

    public static Fault Closed(string address) => new(
        FaultCode.ControlPlaneUnavailable, "the message bus is not there", $"{address}: the agent closed the connection", string.Empty, Retry.Never);

    public static Fault TimedOut(string what, TimeSpan deadline) => new(
        FaultCode.TimedOut,
        $"no answer to {what}",
        $"it took longer than {deadline.TotalSeconds:0.###} s",
        "It may have been done: look before trying again.",
        Retry.AfterLook);

    public static Fault Garbled(string what) => new(
        FaultCode.Unparseable,
        $"cannot understand the answer to {what}",
        "it is not of the types that were agreed",
        "Report this with the version of systemd (systemctl --version).",
        Retry.AfterLook);

    public static Fault CannotSend(string what, int errno) => errno == Errno.Invalid
        ? new(FaultCode.InvalidArgument, $"cannot send {what}", "a name or an argument of it cannot be sent", "Correct the name.", Retry.Never)
        : new(FaultCode.ControlPlaneUnavailable, $"cannot send {what}", Errno.Text(errno), LookAtBus, Retry.Later);

    /// <summary>An error that the other side answered with.</summary>
    public static Fault Answered(string what, string name, string message)
    {
        var (code, retry, next) = Meaning(name);
        return new Fault(code, $"{what} was refused", message.Length > 0 ? message : name, next, retry)
        {
            Facts = new Dictionary<string, string> { ["busError"] = name },
        };
    }

    private static (FaultCode Code, Retry Retry, string NextStep) Meaning(string name) => name switch
    {
        "org.freedesktop.systemd1.NoSuchUnit" or "org.freedesktop.DBus.Error.FileNotFound" =>
            (FaultCode.NotFound, Retry.AfterFix, "Check the unit's name: systemctl list-unit-files."),
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
            or "org.freedesktop.DBus.Error.AuthFailed" =>
            (FaultCode.PermissionDenied, Retry.AfterFix, "Run the agent as root."),
        "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Timeout"
            or "org.freedesktop.DBus.Error.TimedOut" or "System.Error.ETIMEDOUT" =>
            (FaultCode.TimedOut, Retry.AfterLook, "It may have been done: look before trying again."),
        "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner"
            or "org.freedesktop.DBus.Error.Disconnected" or "org.freedesktop.DBus.Error.NoServer" =>
            (FaultCode.ControlPlaneUnavailable, Retry.Later, LookAtBus),
        "org.freedesktop.systemd1.TransactionIsDestructive" or "org.freedesktop.systemd1.UnitBusy"
            or "System.Error.EBUSY" or "System.Error.EDEADLK" =>
            (FaultCode.Busy, Retry.Later, "See what else is under way: systemctl list-jobs."),
        "org.freedesktop.DBus.Error.NotSupported" or "org.freedesktop.DBus.Error.UnknownMethod"
            or "org.freedesktop.DBus.Error.UnknownObject" or "org.freedesktop.DBus.Error.UnknownInterface"
            or "org.freedesktop.DBus.Error.UnknownProperty" =>
            (FaultCode.Unsupported, Retry.AfterFix, "This systemd or this unit does not offer it."),
        "org.freedesktop.DBus.Error.InvalidArgs" or "System.Error.EINVAL" =>
            (FaultCode.InvalidArgument, Retry.Never, "Correct the name."),
        "org.freedesktop.systemd1.UnitExists" =>
            (FaultCode.AlreadyExists, Retry.AfterLook, "Choose another name, or stop the unit that has it."),
        _ => (FaultCode.PreconditionFailed, Retry.AfterFix, "Read the reason; systemctl status shows more."),
    };
}

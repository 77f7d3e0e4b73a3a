using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>Ceph's error numbers as the contract's faults.</summary>
internal static class CephFaults
{
    /// <summary>The fact that holds Ceph's error number.</summary>
    public const string Number = "errno";

    /// <summary>True if the cluster refuses this client instance for good.</summary>
    public static bool IsShutOut(Fault? fault) => fault?.Facts.GetValueOrDefault(Number) == "108";

    /// <summary>What an error number means.</summary>
    /// <param name="code">What the call returned: negative.</param>
    /// <param name="what">What could not be done.</param>
    /// <param name="told">What Ceph itself said, if anything.</param>
    public static Fault From(long code, string what, string? told = null)
    {
        var number = (int)-code;
        var fault = number switch
        {
            Errno.NoEntry => Of(FaultCode.NotFound, what, "it is not there", "Look at what there is: nodeagent status.", Retry.Never),
            Errno.Exists => Of(FaultCode.AlreadyExists, what, "something of that name exists", "Choose another name, or delete what is there.", Retry.AfterFix),
            Errno.Busy or Errno.NotEmpty => Of(FaultCode.InUse, what, "it is open, cloned or has snapshots", "See who uses it: rbd status, rbd children.", Retry.AfterFix),
            Errno.NoSpace or Errno.Quota => Of(FaultCode.OutOfSpace, what, "the pool is full or its quota is reached", "Add OSDs or delete data: ceph df.", Retry.AfterFix),
            Errno.ReadOnly => Of(FaultCode.NotWriter, what, "another client holds the image's exclusive lock", "See who: rbd lock ls.", Retry.AfterLook),
            Errno.Shutdown => Of(FaultCode.NotWriter, what, "the cluster has shut this client out (blocklist): another node is the writer now", "See who: nodeagent status.", Retry.AfterLook),
            Errno.NotPermitted or Errno.Access => Of(FaultCode.PermissionDenied, what, "the Ceph user may not do it", "Give it 'profile rbd' on the pools, and on mon 'profile rbd, allow command \"osd blocklist\"' so that it may also make a short entry longer: ceph auth caps.", Retry.AfterFix),
            Errno.TimedOut => Of(FaultCode.TimedOut, what, "the cluster did not answer in time", "Look at monitors and OSDs: ceph -s.", Retry.AfterLook),
            Errno.InOut => Of(FaultCode.DataPathUnavailable, what, "reading or writing failed", "Look at the OSDs: ceph health detail.", Retry.Later),
            Errno.Range or Errno.TooBig => Of(FaultCode.OutOfRange, what, "a size or offset is outside what is possible", "Give another size.", Retry.Never),
            Errno.Invalid => Of(FaultCode.PreconditionFailed, what, "Ceph finds it invalid", "See the agent's log.", Retry.AfterFix),
            Errno.NotSupported => Of(FaultCode.Unsupported, what, "this Ceph does not offer it", "Upgrade Ceph.", Retry.AfterFix),
            _ => Of(FaultCode.DataPathUnavailable, what, string.Create(CultureInfo.InvariantCulture, $"Ceph returned error {number}"), "Look at the cluster: ceph -s.", Retry.Later),
        };
        var shown = number.ToString(CultureInfo.InvariantCulture);
        return fault with
        {
            Native = told is { Length: > 0 } ? $"{told}, error {shown}" : $"error {shown}",
            Facts = new Dictionary<string, string> { [Number] = shown },
        };
    }

    private static Fault Of(FaultCode code, string what, string why, string next, Retry retry) => new(code, what, why, next, retry);
}

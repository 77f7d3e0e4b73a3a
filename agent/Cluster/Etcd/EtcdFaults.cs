using System.Security.Authentication;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>What etcd and the way to it say when they say no, in our words.</summary>
internal static class EtcdFaults
{
    private const string Look = "Look at 'systemctl status nodeagent-etcd' on the members, and at the network between them.";

    public static Fault Late(Uri endpoint, TimeSpan after) => new(
        FaultCode.TimedOut, What(endpoint), $"no answer within {after.TotalSeconds:0.###} s", Look, Retry.AfterLook);

    public static Fault Odd(string where, string why) => new(
        FaultCode.Unparseable, "cannot understand etcd's answer", $"{where}: {why}", "Check the version of etcd: 3.4 and 3.5 are known to work.", Retry.Later);

    public static Fault Gone(LeaseId lease) => new(
        FaultCode.NotFound, $"cannot renew lease {lease}", "it has ended, and its keys are gone", "Ask for a new lease.", Retry.Never);

    /// <summary>No answer over HTTP at all.</summary>
    public static EtcdReply Broken(Uri endpoint, Exception failure, Instant askedAt)
    {
        var words = Words(failure);
        var refusedUs = words.Contains("alert", StringComparison.OrdinalIgnoreCase);
        if (refusedUs)
        {
            var fault = new Fault(FaultCode.PermissionDenied, What(endpoint), "it refuses this node's certificate",
                "Renew the certificate, or let this node join the cluster again.", Retry.AfterFix) { Native = words };
            return new(null, fault, NotDone: true, TryOther: true, askedAt);
        }

        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } || failure.InnerException is AuthenticationException)
        {
            var fault = new Fault(FaultCode.PermissionDenied, What(endpoint), "it shows a certificate that this cluster's authority did not sign for that address",
                "Check the endpoints in the configuration, and the certificates of the members.", Retry.AfterFix) { Native = words };
            return new(null, fault, NotDone: true, TryOther: true, askedAt);
        }

        // Only a connection that never stood is proof that nothing was sent.
        var unsent = failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
        return new(null, new(FaultCode.ControlPlaneUnavailable, What(endpoint), words, Look, unsent ? Retry.Later : Retry.AfterLook), unsent, TryOther: true, askedAt);
    }

    /// <summary>An error that etcd told us, by its gRPC code.</summary>
    public static EtcdReply Told(Uri endpoint, long code, string message, Instant askedAt)
    {
        var (kind, retry, notDone, other) = code switch
        {
            3 => (FaultCode.InvalidArgument, Retry.Never, true, false),
            5 => (FaultCode.NotFound, Retry.Never, true, false),
            7 or 16 => (FaultCode.PermissionDenied, Retry.AfterFix, true, false),
            8 => (FaultCode.OutOfSpace, Retry.AfterFix, true, false),
            9 => (FaultCode.PreconditionFailed, Retry.Never, true, false),
            11 => (FaultCode.OutOfRange, Retry.Never, true, false),
            // "No leader", "request timed out", "leader changed": it may have gone through all the same.
            _ => (FaultCode.ControlPlaneUnavailable, Retry.AfterLook, false, true),
        };
        return new(null, new(kind, What(endpoint), $"etcd says: {Cut(message)}", Look, retry), notDone, other, askedAt);
    }

    private static string What(Uri endpoint) => $"cannot get an answer from the cluster store at {endpoint.Authority}";

    private static string Words(Exception failure)
    {
        var parts = new List<string>();
        for (var each = failure; each is not null && parts.Count < 6; each = each.InnerException)
        {
            if (!parts.Contains(each.Message, StringComparer.Ordinal))
            {
                parts.Add(each.Message);
            }
        }

        return Cut(string.Join(": ", parts));
    }

    private static string Cut(string text) => text.Length <= 400 ? text : text[..400];
}

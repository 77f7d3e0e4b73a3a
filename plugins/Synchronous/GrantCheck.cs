using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>Whether a grant is the newest word: nobody writes by an order that was overtaken.</summary>
internal static class GrantCheck
{
    /// <summary>What is wrong with the grant, by what this node and the cluster have seen; null: nothing.</summary>
    public static Fault? Against<T>(WriteGrant grant, NodeId self, Epoch known, T? certificate, string storage, string what)
        where T : class, ICertificate<T>
    {
        var newest = certificate is not null && certificate.Epoch > known ? certificate.Epoch : known;
        return grant.Epoch < newest ? Stale(grant.Epoch, newest, what)
            : certificate is not null && certificate.Epoch == grant.Epoch && certificate.Writer != self
            ? new Fault(FaultCode.NotWriter, what, $"{certificate.Writer} has taken {storage} in epoch {grant.Epoch}", "Look who the writer is now.", Retry.Never)
            : null;
    }

    public static Fault Stale(Epoch given, Epoch seen, string what) => new(
        FaultCode.StaleEpoch, what, $"epoch {given} is older than epoch {seen}, which was seen", "Look who the writer is now.", Retry.Never)
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["givenEpoch"] = given.ToString(), ["seenEpoch"] = seen.ToString() },
    };
}

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>The newest scrub or resilver.</summary>
/// <param name="Kind">"resilver" or "scrub".</param>
/// <param name="State">"scanning", "finished", "canceled".</param>
/// <param name="Errors">What it could not mend.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">All bytes.</param>
/// <param name="Begun">When it began, as ZFS says it: tells one from another, on either node. Empty if it does not say.</param>
internal sealed record Scan(string Kind, string State, long Errors, long Done, long Total, string Begun)
{
    public bool IsRunning => State == "scanning";
}

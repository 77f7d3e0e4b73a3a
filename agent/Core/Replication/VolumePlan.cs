using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>What has to happen for one volume so that its copy holds the wanted snapshot. A closed set.</summary>
public abstract record VolumePlan
{
    private VolumePlan(string volume) => Volume = volume;

    /// <summary>The volume's name within its unit.</summary>
    public string Volume { get; }

    /// <summary>The copy holds the snapshot already.</summary>
    public sealed record UpToDate(string Name) : VolumePlan(Name);

    /// <summary>A stream brings it there: whole if <see cref="StreamStep.From"/> is null.</summary>
    public sealed record Send(StreamStep Step) : VolumePlan(Step.Volume.Name);

    /// <summary>A stream broke off; ask the writer what its token would complete before going on.</summary>
    public sealed record Resume(string Name, PartialReceive Partial) : VolumePlan(Name);

    /// <summary>The two histories part: nothing is sent, for that would throw away what only the copy has.</summary>
    public sealed record Conflict(string Name, HistoryPoint? CommonAncestor, IReadOnlyList<string> OnlyOnCopy, string Why)
        : VolumePlan(Name);

    /// <summary>The snapshot is gone on the writer; a newer one has to be chosen.</summary>
    public sealed record Missing(string Name) : VolumePlan(Name);
}

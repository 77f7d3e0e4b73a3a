using System.Collections.Immutable;
using NodeAgent.Daemon.Operations;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Operations;

/// <summary>What an operation comes to know is kept, and is no attempt: those are counted when it is begun, and taken up again.</summary>
[TestClass]
public sealed class NotedOperationTests : IDisposable
{
    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary<string, string>.Empty;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void What_is_noted_survives_the_agent_and_only_taking_it_up_again_counts()
    {
        var journal = Load();
        var begun = journal.Mark(journal.Begin("replicate/db/n2", "replicate", "db to n2", Nothing).Value, "send");

        var noted = journal.Note(begun, Nothing.Add("held", "na-1"));

        Assert.AreEqual((1, "send", "na-1"), (noted.Value.Attempts, noted.Value.Step, noted.Value.Arguments["held"]));
        var found = Load().Open().Single();
        Assert.AreEqual((1, "send", "na-1"), (found.Attempts, found.Step, found.Arguments["held"]));
        Assert.AreEqual(2, Load().Begin("replicate/db/n2", "replicate", "db to n2", Nothing).Value.Attempts);
    }

    [TestMethod]
    public void What_the_disk_does_not_take_is_not_noted()
    {
        var journal = Load();
        var begun = journal.Begin("replicate/db/n2", "replicate", "db to n2", Nothing).Value;
        Directory.Delete(folder.Path, recursive: true);

        Assert.IsFalse(journal.Note(begun, Nothing.Add("held", "na-1")).IsOk);
        Assert.IsEmpty(journal.Open().Single().Arguments);
    }

    private FileOperationJournal Load() => FileOperationJournal.Load(folder.Path, new ManualTimeProvider(), out _);
}

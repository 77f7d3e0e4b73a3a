using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Notes;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Notes;

[TestClass]
public sealed class StoreNotesTests : IAsyncDisposable
{
    private static readonly BackendId Backend = new("mirror");
    private static readonly UnitId Unit = new(Backend, "tank");
    private readonly TempFolder folder = new();
    private readonly FileStore store;
    private readonly StoreNotes notes;

    public StoreNotesTests()
    {
        store = FileStore.Open(folder["store"], new BootTimeProvider()).Value;
        notes = new StoreNotes(store, Backend);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod]
    public async Task A_note_that_was_never_written_is_empty_and_one_that_was_is_read_back()
    {
        var first = await notes.ReadAsync(Unit, default);
        var written = await notes.WriteAsync(Unit, "a", first.Value.Version, default);

        Assert.AreEqual(new UnitNote("", 0), first.Value);
        Assert.AreEqual(written.Value, (await notes.ReadAsync(Unit, default)).Value);
        Assert.AreEqual("a", written.Value.Text);
    }

    [TestMethod]
    public async Task The_slower_of_two_writers_is_refused_and_changes_nothing()
    {
        var seen = (await notes.WriteAsync(Unit, "a", 0, default)).Value;
        await notes.WriteAsync(Unit, "b", seen.Version, default);

        var late = await notes.WriteAsync(Unit, "c", seen.Version, default);
        var again = await notes.WriteAsync(Unit, "c", 0, default);

        Assert.AreEqual(FaultCode.PreconditionFailed, late.Fault?.Code);
        Assert.AreEqual(FaultCode.PreconditionFailed, again.Fault?.Code);
        Assert.AreEqual("b", (await notes.ReadAsync(Unit, default)).Value.Text);
    }

    [TestMethod]
    public async Task A_unit_of_another_backend_is_not_this_ones_business()
    {
        var other = await notes.ReadAsync(new UnitId(new BackendId("zfs"), "tank"), default);
        var odd = await notes.WriteAsync(new UnitId(Backend, "../x"), "a", 0, default);

        Assert.AreEqual(FaultCode.InvalidArgument, other.Fault?.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, odd.Fault?.Code);
    }

    [TestMethod]
    public async Task A_note_that_is_too_long_is_refused()
    {
        var written = await notes.WriteAsync(Unit, new string('x', 4097), 0, default);

        Assert.AreEqual(FaultCode.OutOfRange, written.Fault?.Code);
    }
}

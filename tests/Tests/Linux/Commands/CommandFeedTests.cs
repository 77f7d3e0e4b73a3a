using NodeAgent.Contract;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Tests.Linux.Commands;

/// <summary>How a program is fed: in large pieces, but never held up.</summary>
[TestClass]
public sealed class CommandFeedTests
{
    private readonly CommandRunner runner = new(new CommandRunnerOptions(), TimeProvider.System);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Small_pieces_reach_the_program_whole_and_in_order()
    {
        const int Pieces = 200, Bytes = 16_000;
        using var source = new PieceStream(Pieces, Bytes);
        using var sink = new MemoryStream();
        var run = await runner.RunAsync(new Command("cat", []) { Input = source, Output = sink }, TestContext.CancellationToken);
        Assert.AreEqual(Pieces * Bytes, run.Value.InputBytes);
        var expected = Enumerable.Range(1, Pieces).SelectMany(piece => Enumerable.Repeat((byte)piece, Bytes)).ToArray();
        CollectionAssert.AreEqual(expected, sink.ToArray());
    }

    [TestMethod]
    public async Task What_came_before_a_silence_is_passed_on_in_it()
    {
        using var source = new PieceStream(1, 3, isSilentAfterwards: true);
        var run = await runner.RunAsync(
            new Command("head", ["-c", "3"]) { Input = source, Deadline = TimeSpan.FromSeconds(20) }, TestContext.CancellationToken);
        Assert.IsTrue(run.IsOk, run.Fault?.ToString());
        Assert.AreEqual("\u0001\u0001\u0001", run.Value.Output);
    }
}

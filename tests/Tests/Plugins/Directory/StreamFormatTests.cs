using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Streams;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

[TestClass]
public sealed class StreamFormatTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public void The_checksum_is_Castagnolis()
    {
        Assert.AreEqual(0xE3069283u, Crc32C.Of("123456789"u8));
    }

    [TestMethod]
    public void A_token_can_be_read_back()
    {
        var token = new ResumeToken(new string('a', 32), new string('b', 32), 1 << 20);
        Assert.AreEqual(token, ResumeToken.Parse(token.ToString()));
        var whole = token with { FromGuid = null };
        Assert.AreEqual(whole, ResumeToken.Parse(whole.ToString()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("1.a.b")]
    [DataRow("2.a.b.0")]
    [DataRow("1.a.b.-1")]
    [DataRow("1.a.b.99999999999999999999")]
    public void What_is_no_token_is_null(string text)
    {
        Assert.IsNull(ResumeToken.Parse(text));
    }

    [TestMethod]
    public async Task No_flipped_bit_and_no_cut_makes_an_exception_or_a_wrong_copy()
    {
        using var source = new TempFolder();
        using var target = new TempFolder();
        await using var writer = DirectoryLab.Open(source.Path);
        await using var copy = DirectoryLab.Open(target.Path, "n2");
        var made = await writer.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(DirectoryLab.Volume(), VolumeKind.Block, 300_000), DirectoryLab.Grant(), None);
        await File.WriteAllBytesAsync(made.Value.Path!, [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i / 999))]);
        Assert.IsTrue((await writer.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        using var bytes = new MemoryStream();
        Assert.IsTrue((await DirectoryTransfer.SendAsync(writer, null, "s1", bytes)).IsOk);
        var right = bytes.ToArray();
        var step = await DirectoryTransfer.StepAsync(writer, null, "s1");
        var random = new Choice(42);
        for (var round = 0; round < 150; round++)
        {
            var damaged = (byte[])right.Clone();

            // The beginning is where the structure is.
            var limit = round % 2 == 0 ? 600 : damaged.Length;
            damaged[random.Next(limit)] ^= (byte)(1 << random.Next(8));
            var cut = round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length;
            using var input = new MemoryStream(damaged, 0, cut);
            var received = await copy.Ability<IReplicationStreams>()!.ReceiveAsync(step, input, null, None);
            Assert.IsFalse(received.IsOk, $"round {round} made a receipt");
            Assert.AreNotEqual(FaultCode.Internal, received.Fault.Code);
        }

        using var good = new MemoryStream(right);
        Assert.IsTrue((await copy.Ability<IReplicationStreams>()!.ReceiveAsync(step, good, null, None)).IsOk);
    }

    [TestMethod]
    public async Task A_frame_that_claims_too_much_is_refused_before_it_is_read()
    {
        var bytes = new byte[64];
        "NADIRv1\n"u8.CopyTo(bytes);
        bytes[8] = 1;
        bytes[12] = 0x7f;
        var header = await new FrameReader(new MemoryStream(bytes), "cannot receive").HeaderAsync(None);
        Assert.AreEqual(FaultCode.Corruption, header.Fault!.Code);
        Assert.Contains("claims", header.Fault.Why);
    }

    [TestMethod]
    [DataRow(-1L, 10L)]
    [DataRow(95L, 10L)]
    [DataRow(0L, 0L)]
    [DataRow(0L, long.MaxValue)]
    [DataRow(long.MaxValue, 1L)]
    public async Task Zeros_outside_the_volume_are_refused(long offset, long length)
    {
        using var bytes = new MemoryStream();
        var writer = new FrameWriter(bytes, "cannot send");
        await writer.ZerosAsync(offset, length, None);
        bytes.Position = 0;
        var frame = await new FrameReader(bytes, "cannot receive").ContentAsync(100, None);
        Assert.AreEqual(FaultCode.Corruption, frame.Fault!.Code);
    }

    [TestMethod]
    public async Task Frames_out_of_order_are_refused()
    {
        using var bytes = new MemoryStream();
        var writer = new FrameWriter(bytes, "cannot send");
        await writer.ZerosAsync(50, 10, None);
        await writer.ZerosAsync(55, 10, None);
        bytes.Position = 0;
        var reader = new FrameReader(bytes, "cannot receive");
        Assert.IsTrue((await reader.ContentAsync(100, None)).IsOk);
        Assert.AreEqual(FaultCode.Corruption, (await reader.ContentAsync(100, None)).Fault!.Code);
    }
}

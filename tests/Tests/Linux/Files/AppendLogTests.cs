using System.Text;

using NodeAgent.Contract;
using NodeAgent.Linux.Files;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Files;

[TestClass]
public sealed class AppendLogTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string LogPath => folder["log"];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_new_log_is_empty_and_only_the_owner_reads_it()
    {
        using var log = AppendLog.Open(LogPath).Value;
        Assert.IsEmpty(log.Records);
        Assert.IsNull(log.Torn);
        Assert.AreEqual(AtomicFile.OwnerOnly, File.GetUnixFileMode(LogPath));
    }

    [TestMethod]
    public void Records_come_back_in_order()
    {
        Write("one", "", "three");
        Append(batch: ["four", "five"]);
        CollectionAssert.AreEqual(new[] { "one", "", "three", "four", "five" }, Read(out var torn));
        Assert.IsNull(torn);
    }

    [TestMethod]
    public void An_empty_batch_and_a_large_record_are_fine()
    {
        using (var log = AppendLog.Open(LogPath).Value)
        {
            Assert.IsTrue(log.Append(new List<ReadOnlyMemory<byte>>()).IsOk);
            Assert.IsTrue(log.Append(new byte[10_000_000]).IsOk);
            Assert.AreEqual(new FileInfo(LogPath).Length, log.Length);
        }

        using var again = AppendLog.Open(LogPath).Value;
        Assert.AreEqual(10_000_000, again.Records.Single().Length);
    }

    [TestMethod]
    public void A_record_beyond_the_limit_is_a_bug()
    {
        using var log = AppendLog.Open(LogPath).Value;
        _ = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => log.Append(new byte[(64 * 1024 * 1024) + 1]));
    }

    [TestMethod]
    public void Torn_at_every_byte_of_the_last_batch_it_keeps_all_before()
    {
        Write("one", "two");
        var sound = (int)new FileInfo(LogPath).Length;
        Append(batch: ["three, which is longer", "four"]);
        var whole = File.ReadAllBytes(LogPath);
        for (var length = sound; length < whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            CollectionAssert.AreEqual(new[] { "one", "two" }, Read(out var torn), $"cut at {length}");
            Assert.AreEqual(length == sound ? null : new TornTail(sound, length - sound, IsFullLength: false), torn);
            Assert.AreEqual(sound, new FileInfo(LogPath).Length);
        }
    }

    [TestMethod]
    public void Torn_at_every_byte_with_zeros_behind_it_keeps_all_before()
    {
        Write("one", "two");
        var sound = (int)new FileInfo(LogPath).Length;
        Append(batch: ["three, which is longer", "four"]);
        var whole = File.ReadAllBytes(LogPath);
        for (var length = sound; length < whole.Length; length++)
        {
            var torn = (byte[])whole.Clone();
            torn.AsSpan(length).Clear();
            if (torn.AsSpan().SequenceEqual(whole))
            {
                continue;
            }

            File.WriteAllBytes(LogPath, torn);
            CollectionAssert.AreEqual(new[] { "one", "two" }, Read(out var tail), $"zeros from {length}");
            Assert.AreEqual(sound, tail?.Offset);
        }
    }

    [TestMethod]
    public void After_a_torn_end_was_cut_appending_goes_on()
    {
        Write("one", "two");
        File.WriteAllBytes(LogPath, File.ReadAllBytes(LogPath)[..^1]);
        Append(batch: ["three"]);
        CollectionAssert.AreEqual(new[] { "one", "three" }, Read(out var torn));
        Assert.IsNull(torn);
    }

    [TestMethod]
    public void Every_flipped_bit_before_the_last_batch_is_corruption_that_names_its_offset()
    {
        Write("one");
        var second = (int)new FileInfo(LogPath).Length;
        Append(batch: ["two"]);
        var third = (int)new FileInfo(LogPath).Length;
        Append(batch: ["three"]);
        var whole = File.ReadAllBytes(LogPath);
        for (var at = 16; at < third; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(LogPath, damaged);
                var fault = AppendLog.Open(LogPath).Fault;
                Assert.AreEqual(FaultCode.Corruption, fault?.Code, $"byte {at} bit {bit}");
                Assert.AreEqual(at < second ? "16" : $"{second}", fault!.Facts["offset"]);
                CollectionAssert.AreEqual(damaged, File.ReadAllBytes(LogPath), "nothing is changed");
            }
        }
    }

    [TestMethod]
    public void Every_flipped_bit_of_the_last_batch_is_cut_and_reported()
    {
        Write("one");
        var last = (int)new FileInfo(LogPath).Length;
        Append(batch: ["two"]);
        var whole = File.ReadAllBytes(LogPath);
        for (var at = last; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(LogPath, damaged);
            CollectionAssert.AreEqual(new[] { "one" }, Read(out var torn), $"byte {at}");
            Assert.AreEqual(last, torn?.Offset);
        }
    }

    [TestMethod]
    public void A_damaged_checksum_of_full_length_is_told_apart_from_a_short_end()
    {
        Write("one", "two");
        var damaged = File.ReadAllBytes(LogPath);
        damaged[^1] ^= 1;
        File.WriteAllBytes(LogPath, damaged);
        _ = Read(out var torn);
        Assert.IsTrue(torn?.IsFullLength);
    }

    [TestMethod]
    public void Random_damage_never_throws_and_never_invents_a_record()
    {
        Write("alpha", "beta", "gamma", "delta");
        var whole = File.ReadAllBytes(LogPath);
        var known = new HashSet<string> { "alpha", "beta", "gamma", "delta" };
        var random = new Random(20261120);
        for (var round = 0; round < 2000; round++)
        {
            var damaged = whole.ToList();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(damaged.Count);
                switch (random.Next(3))
                {
                    case 0:
                        damaged[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at));
                        break;
                    default:
                        damaged.InsertRange(at, whole[..random.Next(whole.Length)]);
                        break;
                }

                damaged.Add(0);
            }

            File.WriteAllBytes(LogPath, [.. damaged]);
            var opened = AppendLog.Open(LogPath);
            if (opened.IsOk)
            {
                using var log = opened.Value;
                var texts = log.Records.Select(Text).ToList();
                CollectionAssert.AreEqual(known.Take(texts.Count).ToList(), texts, $"round {round}");
            }
            else
            {
                Assert.AreEqual(FaultCode.Corruption, opened.Fault.Code, $"round {round}");
            }
        }
    }

    [TestMethod]
    public void A_log_inside_a_torn_record_is_not_mistaken_for_batches()
    {
        Write("one");
        var inner = File.ReadAllBytes(LogPath);
        using (var log = AppendLog.Open(LogPath).Value)
        {
            Assert.IsTrue(log.Append((byte[])[.. inner, .. new byte[50]]).IsOk);
        }

        File.WriteAllBytes(LogPath, File.ReadAllBytes(LogPath)[..^1]);
        CollectionAssert.AreEqual(new[] { "one" }, Read(out var torn));
        Assert.IsNotNull(torn);
    }

    [TestMethod]
    public void What_is_no_log_is_corruption()
    {
        foreach (var content in new[] { "", "short", "something else that is long enough" })
        {
            File.WriteAllText(LogPath, content);
            Assert.AreEqual(FaultCode.Corruption, AppendLog.Open(LogPath).Fault?.Code);
        }
    }

    [TestMethod]
    public void It_is_open_once()
    {
        using (AppendLog.Open(LogPath).Value)
        {
            Assert.AreEqual(FaultCode.Busy, AppendLog.Open(LogPath).Fault?.Code);
        }

        AppendLog.Open(LogPath).Value.Dispose();
    }

    [TestMethod]
    public void Rewriting_replaces_everything_and_appending_goes_on()
    {
        Write("one", "two", "three");
        using (var log = AppendLog.Open(LogPath).Value)
        {
            Assert.IsTrue(log.Rewrite([Bytes("sum")]).IsOk);
            Assert.IsTrue(log.Append(Bytes("four")).IsOk);
            Assert.AreEqual(new FileInfo(LogPath).Length, log.Length);
        }

        CollectionAssert.AreEqual(new[] { "sum", "four" }, Read(out _));
    }

    [TestMethod]
    public void Rewriting_with_nothing_empties_it()
    {
        Write("one");
        using (var log = AppendLog.Open(LogPath).Value)
        {
            Assert.IsTrue(log.Rewrite([]).IsOk);
        }

        Assert.IsEmpty(Read(out _));
    }

    [TestMethod]
    public void A_log_whose_name_was_taken_away_appends_no_more_after_a_failed_rewrite()
    {
        _ = Directory.CreateDirectory(folder["sub"]);
        var path = Path.Join(folder["sub"], "log");
        using var log = AppendLog.Open(path).Value;
        File.Move(path, folder["aside"]);
        _ = Directory.CreateDirectory(path);
        Assert.IsFalse(log.Rewrite([Bytes("sum")]).IsOk);
        Assert.IsFalse(log.Append(Bytes("lost")).IsOk, "the name is not this log's any more");
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> record) => Encoding.UTF8.GetString(record.Span);

    private void Write(params string[] records)
    {
        foreach (var record in records)
        {
            Append([record]);
        }
    }

    private void Append(string[] batch)
    {
        using var log = AppendLog.Open(LogPath).Value;
        Assert.IsTrue(log.Append([.. batch.Select(Bytes)]).IsOk);
    }

    private List<string> Read(out TornTail? torn)
    {
        using var log = AppendLog.Open(LogPath).Value;
        torn = log.Torn;
        return [.. log.Records.Select(Text)];
    }
}

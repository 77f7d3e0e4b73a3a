using NodeAgent.Contract;
using NodeAgent.Daemon.Benchmarks;

namespace NodeAgent.Tests.Daemon.Benchmarks;

[TestClass]
public sealed class FioOutputTests
{
    [TestMethod]
    public void Writes_are_told_by_their_flushes_and_reads_by_themselves()
    {
        var write = FioOutput.Parse(FioText.Of("randwrite-fsync"), FioJob.RandomWrite).Value;
        Assert.AreEqual((1000d, 4.096, new Latency(2, 4, 6, 8, 18)), (write.Iops, write.MegabytesPerSecond, write.Latency));
        var read = FioOutput.Parse(FioText.Of("seqread"), FioJob.SequentialRead).Value;
        Assert.AreEqual(new Latency(1, 2, 3, 4, 9), read.Latency);
    }

    [TestMethod]
    public void Remarks_before_the_document_do_no_harm() =>
        Assert.IsTrue(FioOutput.Parse("note: both iodepth >= 1 and synchronous I/O engine are selected\n" + FioText.Of("seqread"), FioJob.SequentialRead).IsOk);

    [TestMethod]
    [DataRow("")]
    [DataRow("fio: job was killed")]
    [DataRow("{")]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{\"jobs\": []}")]
    [DataRow("{\"jobs\": {}}")]
    [DataRow("{\"jobs\": [1]}")]
    [DataRow("{\"jobs\": [{\"jobname\": 5}]}")]
    [DataRow("{\"jobs\": [{\"jobname\": \"seqread\", \"error\": \"no\"}]}")]
    [DataRow("{\"jobs\": [{\"jobname\": \"seqread\", \"error\": 0, \"read\": []}]}")]
    public void Garbage_is_a_fault(string text)
    {
        var fault = FioOutput.Parse(text, FioJob.SequentialRead).Fault;
        Assert.AreEqual(FaultCode.Unparseable, fault?.Code);
    }

    [TestMethod]
    [DataRow("\"iops\" : 1000.000000", "\"iops\" : -1", "jobs[0].read.iops")]
    [DataRow("\"iops\" : 1000.000000", "\"iops\" : \"NaN\"", "jobs[0].read.iops")]
    [DataRow("\"iops\" : 1000.000000", "\"iops\" : 1e999", "jobs[0].read.iops")]
    [DataRow("\"99.900000\"", "\"99.990000\"", "jobs[0].read.percentile.99.900000")]
    [DataRow("\"percentile\"", "\"percent\"", "jobs[0].read.percentile")]
    [DataRow("\"jobname\" : \"seqread\"", "\"jobname\" : \"other\"", "jobs[0].jobname")]
    [DataRow("\"error\" : 0", "\"error\" : 28", "the job ended with error 28")]
    public void What_is_wrong_is_named(string good, string bad, string named)
    {
        var text = FioText.Of("seqread").Replace(good, bad, StringComparison.Ordinal);
        StringAssert.Contains(FioOutput.Parse(text, FioJob.SequentialRead).Fault!.Why, named);
    }

    [TestMethod]
    public void A_job_that_measured_nothing_is_no_zero() =>
        StringAssert.Contains(FioOutput.Parse(FioText.Of("seqread", count: 0), FioJob.SequentialRead).Fault!.Why, "nothing was measured");

    [TestMethod]
    public void Output_that_was_cut_anywhere_is_a_fault_and_never_an_exception()
    {
        var text = FioText.Of("seqread").TrimEnd();
        for (var length = 0; length < text.Length; length++)
        {
            Assert.IsFalse(FioOutput.Parse(text[..length], FioJob.SequentialRead).IsOk, $"cut at {length}");
        }
    }

    [TestMethod]
    public void Any_byte_turned_is_a_fault_or_a_figure_and_never_an_exception()
    {
        var text = FioText.Of("randwrite-fsync");
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var wrong in "{\"0-x,\u0001")
            {
                var parsed = FioOutput.Parse(text[..at] + wrong + text[(at + 1)..], FioJob.RandomWrite);
                Assert.IsTrue(parsed.IsOk ? double.IsFinite(parsed.Value.Latency.Max) : parsed.Fault.Code == FaultCode.Unparseable);
            }
        }
    }
}

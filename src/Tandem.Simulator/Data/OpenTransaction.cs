namespace Tandem.Simulator.Data;

/// <summary>
/// A transaction from its stamp to its commit: it waits out the org's commit lag, holds the org's gate, and gives both back when it is
/// disposed; what was not committed by then is rolled back. Saves use it for one call, composite calls for many.
/// </summary>
internal sealed class OpenTransaction : IDisposable
{
    private readonly Org _org;
    private readonly WriteGate.Pass _pass;
    private bool _isCommitted;

    private OpenTransaction(Org org, WriteGate.Pass pass, OrgTransaction transaction)
    {
        _org = org;
        _pass = pass;
        Transaction = transaction;
    }

    public OrgTransaction Transaction { get; }

    public static async Task<OpenTransaction> StartAsync(Org org, TimeSpan commitLag, Caller caller, CancellationToken cancellationToken)
    {
        var stamp = org.Start();
        try
        {
            if (commitLag > TimeSpan.Zero)
                await Task.Delay(commitLag, org.TimeProvider, cancellationToken);
            var pass = await org.Gate.EnterAsync(cancellationToken);
            try
            {
                org.Upkeep.Run();
                return new OpenTransaction(org, pass, new OrgTransaction(org, stamp, caller));
            }
            catch
            {
                pass.Dispose();
                throw;
            }
        }
        catch (Exception)
        {
            org.Finish(stamp);
            throw;
        }
    }

    public void Commit()
    {
        _isCommitted = true;
        Transaction.Commit();
    }

    public void Dispose()
    {
        if (!_isCommitted)
            Transaction.Rollback();
        _pass.Dispose();
        _org.Finish(Transaction.Stamp);
    }
}

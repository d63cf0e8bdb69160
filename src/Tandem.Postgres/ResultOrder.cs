namespace Tandem.Postgres;

/// <summary>An order with a result.</summary>
internal sealed class ResultOrder<T>(Func<ControlLife, Task<T?>> work, ControlLife? within) : ControlOrder(within)
{
    private readonly TaskCompletionSource<T?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T?> Done => _done.Task;

    public override async Task RunAsync(ControlLife life) => _done.TrySetResult(await work(life));

    public override void Skip() => _done.TrySetResult(default);

    public override void Fail(Exception exception) => _done.TrySetException(exception);

    protected override void Cancel(CancellationToken cancellationToken) => _done.TrySetCanceled(cancellationToken);
}
